// Cursors: how far a client has read, as opaque text.

import { hash64 } from "../digest/hash.ts";
import { SynclineError } from "../errors/error.ts";

/** What a cursor holds. */
export interface Cursor {
  /** The history that it was taken from. */
  readonly epoch: string;
  /** The last stamp that was looked at; 0 before the first. */
  readonly stamp: number;
  /**
   * Only while a first reading is under way: the space's last stamp when it began. Deleted records up to
   * there do not matter to it, so history up to there may be gone.
   */
  readonly began?: number;
  /** Only of readers whom access rules hold back: the stamp of the last rule by which was read. */
  readonly rules?: number;
  /**
   * Only while what a change of the rules gave and took is read: the reader had everything up to `known` by the
   * rules up to `rules`, and is on its way to have everything by those up to `target`.
   */
  readonly walk?: { readonly known: number; readonly target: number };
  /** Which collections were read: `scopeOf` of the request's list. A cursor says nothing about others. */
  readonly scope: string;
}

/** The scope of a reader of every collection. */
export const ALL_COLLECTIONS = "all";

const FORM =
  /^1\.([A-Za-z0-9_-]{1,64})\.([0-9a-z]{1,11})(?:~([0-9a-z]{1,11}))?(?:!([0-9a-z]{1,11})(?:!([0-9a-z]{1,11})!([0-9a-z]{1,11}))?)?\.(all|[0-9a-f]{16})\.([0-9a-f]{8})$/;

/** Names a set of collections; undefined means all of them. The order does not matter. */
export function scopeOf(collections: readonly string[] | undefined): string {
  if (collections === undefined) return ALL_COLLECTIONS;
  return hash64([...new Set(collections)].sort().join(","));
}

export function formatCursor(cursor: Cursor): string {
  const { epoch, stamp, began, rules, walk, scope } = cursor;
  const place = [
    stamp.toString(36),
    began === undefined ? "" : `~${began.toString(36)}`,
    rules === undefined ? "" : `!${rules.toString(36)}`,
    walk === undefined ? "" : `!${walk.known.toString(36)}!${walk.target.toString(36)}`,
  ].join("");
  const body = `1.${epoch}.${place}.${scope}`;
  return `${body}.${hash64(body).slice(0, 8)}`;
}

/**
 * Reads a cursor. The check digits catch what was cut off or mistyped; they are no signature and need
 * none, because a cursor gives no rights.
 * @throws {SynclineError} `invalid` when the text is no cursor.
 */
export function parseCursor(text: string): Cursor {
  const [, epoch = "", ...places] = FORM.exec(text) ?? [];
  const [stamp, began, rules, known, target] = places.slice(0, 5).map(numberOf);
  const [scope = "", check = ""] = places.slice(5);
  const safe =
    stamp !== undefined &&
    [stamp, began ?? 0, rules ?? 0, known ?? 0, target ?? 0].every(Number.isSafeInteger);
  if (!safe || hash64(text.slice(0, -9)).slice(0, 8) !== check) {
    throw new SynclineError(
      "invalid",
      "This cursor is damaged: send it exactly as it was received, or null.",
      { path: "cursor" },
    );
  }
  return {
    epoch,
    stamp,
    scope,
    ...(began === undefined ? {} : { began }),
    ...(rules === undefined ? {} : { rules }),
    ...(known === undefined || target === undefined ? {} : { walk: { known, target } }),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 36);
}
