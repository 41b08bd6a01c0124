// Cursors: how far a client has read, as opaque text.

import { hash64 } from "../digest/hash.ts";
import { SynclineError } from "../errors/error.ts";

/** What a cursor holds. */
export interface Cursor {
  /** The history that it was taken from. */
  readonly epoch: string;
  /** The last stamp that was looked at; 0 before the first. */
  readonly stamp: number;
  /** Which collections were read: `scopeOf` of the request's list. A cursor says nothing about others. */
  readonly scope: string;
}

/** A cursor as it is read. */
export interface ReadCursor extends Cursor {
  /** What the server noted of the reading: it alone understands it. Empty where there is nothing to note. */
  readonly note: string;
}

/** The scope of a reader of every collection. */
export const ALL_COLLECTIONS = "all";

const FORM =
  /^1\.([A-Za-z0-9_-]{1,64})\.([0-9a-z]{1,11})((?:[~!][0-9a-z]{1,11}){0,5})\.(all|[0-9a-f]{16})\.[0-9a-f]{8}$/;

/** Names a set of collections; undefined means all of them. The order does not matter. */
export function scopeOf(collections: readonly string[] | undefined): string {
  if (collections === undefined) return ALL_COLLECTIONS;
  return hash64([...new Set(collections)].sort().join(","));
}

/**
 * Writes a cursor.
 * @param began only while a first reading is under way: the space's last stamp when it began. Deleted records up
 *   to there do not matter to it, so history up to there may be gone.
 */
export function formatCursor({ epoch, stamp, scope }: Cursor, began?: number): string {
  return signCursor(
    `1.${epoch}.${stamp.toString(36)}${began === undefined ? "" : `~${began.toString(36)}`}.${scope}`,
  );
}

/** Adds the check digits. */
export function signCursor(body: string): string {
  return `${body}.${hash64(body).slice(0, 8)}`;
}

/**
 * Reads a cursor. The check digits catch what was cut off or mistyped; they are no signature. What the server believes
 * of a cursor it has sealed in the note.
 * @throws {SynclineError} `invalid` when the text is no cursor.
 */
export function parseCursor(text: string): ReadCursor {
  const [, epoch = "", stampText = "", note = "", scope = ""] = FORM.exec(text) ?? [];
  const stamp = Number.parseInt(stampText, 36);
  if (!Number.isSafeInteger(stamp) || signCursor(text.slice(0, -9)) !== text) {
    throw new SynclineError(
      "invalid",
      "This cursor is damaged: send it exactly as it was received, or null.",
      { path: "cursor" },
    );
  }
  return { epoch, stamp, scope, note };
}
