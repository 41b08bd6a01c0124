// The forms of ids and names, and how spaces are addressed.

import { SynclineError } from "../errors/error.ts";
import { isWellFormed } from "../platform/index.ts";
import { isForbiddenName } from "./check-json.ts";

/** Apps, collections, records and clients: 1–128 of `A-Z a-z 0-9 _ . : -`; `isId` also refuses `.` and `..`. */
export const ID_PATTERN = "^[A-Za-z0-9_.:-]{1,128}$";
const ID = new RegExp(ID_PATTERN);

/** A space's own name: an id, or `~` and a user's id for the personal space of that user. */
export const SPACE_PATTERN = "^(~[A-Za-z0-9_.=-]{0,256}|[A-Za-z0-9_.:-]{1,128})$";
const PERSONAL = /^~[A-Za-z0-9_.=-]{0,256}$/;

/** Tells whether a text may name an app, a collection, a record or a client. */
export function isId(text: string): boolean {
  // As a part of an address, `.` and `..` would be taken for a way through folders.
  return ID.test(text) && !isForbiddenName(text) && text !== "." && text !== "..";
}

/** A space: the app it belongs to and its name in that app. */
export interface SpaceAddress {
  readonly app: string;
  readonly name: string;
}

/** `app/name`: the key under which a space is stored, locked and published. */
export function spaceToText(space: SpaceAddress): string {
  return `${space.app}/${space.name}`;
}

/**
 * Reads `app/name`.
 * @throws {SynclineError} `invalid` when the text is no address of a space.
 */
export function parseSpace(text: string): SpaceAddress {
  const slash = text.indexOf("/");
  const space = { app: text.slice(0, slash), name: text.slice(slash + 1) };
  if (slash < 1 || !isId(space.app) || !isSpaceName(space.name)) {
    throw new SynclineError(
      "invalid",
      "A space is written app/name, for example todo/team-42 or todo/~.",
    );
  }
  return space;
}

/** Tells whether a text may name a space: an id, or `~` and perhaps a user. */
export function isSpaceName(name: string): boolean {
  if (name.startsWith("~")) return PERSONAL.test(name);
  return isId(name);
}

/**
 * The name of a user's personal space. The `~` keeps personal and shared spaces apart: no user id can be
 * chosen so that it meets a shared space. Other characters than letters, digits, `_`, `.` and `-` are written `=XX` (UTF-8, hex).
 */
export function personalSpace(userId: string): string {
  const name = isWellFormed(userId)
    ? `~${encodeURIComponent(userId)
        .replace(/[!~*'()]/g, escapeByte)
        .replaceAll("%", "=")}`
    : "~";
  if (name.length < 2 || name.length > 257) {
    throw new SynclineError("invalid", "A user id has 1 to 256 characters of valid Unicode.");
  }
  return name;
}

function escapeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
