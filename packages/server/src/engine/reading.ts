// Readings: a cursor with what the server noted on it.

import { type Cursor, formatCursor, parseCursor, SynclineError, signCursor } from "@syncline/core";

/** How far somebody has read, and how. */
export interface Reading extends Cursor {
  /**
   * Only while a first reading is under way: the space's last stamp when it began. Deleted records up to there do
   * not matter to it, so history up to there may be gone.
   */
  readonly began?: number;
  /** Only of readers whom access rules hold back: the stamp of the last rule by which was read. */
  readonly rules?: number;
  /**
   * Only while what a change of the rules gave and took is read: the reader had everything up to `known` by the
   * rules up to `rules`, and is on its way to have everything by those up to `target`.
   */
  readonly walk?: { readonly known: number; readonly target: number };
}

/** `~` and when it began, or `!` and each of rules, known and target. */
const NOTE = /^(?:~([0-9a-z]+)|!([0-9a-z]+)(?:!([0-9a-z]+)!([0-9a-z]+))?)?$/;

/** @throws {SynclineError} `invalid` when the text is no cursor */
export function parseReading(text: string): Reading {
  const { note, ...cursor } = parseCursor(text);
  const parts = NOTE.exec(note);
  const numbers = (parts ?? [])
    .slice(1)
    .map((part: string | undefined) =>
      part === undefined ? undefined : Number.parseInt(part, 36),
    );
  const safe = numbers.every((number) => number === undefined || Number.isSafeInteger(number));
  if (parts === null || !safe)
    throw new SynclineError("invalid", "This cursor is damaged.", { path: "cursor" });
  const [began, rules, known, target] = numbers;
  return {
    ...cursor,
    ...(began === undefined ? {} : { began }),
    ...(rules === undefined ? {} : { rules }),
    ...(known === undefined || target === undefined ? {} : { walk: { known, target } }),
  };
}

export function formatReading({ began, rules, walk, ...cursor }: Reading): string {
  if (rules === undefined) return formatCursor(cursor, began);
  const numbers = walk === undefined ? [rules] : [rules, walk.known, walk.target];
  const note = numbers.map((number) => `!${number.toString(36)}`).join("");
  return signCursor(`1.${cursor.epoch}.${cursor.stamp.toString(36)}${note}.${cursor.scope}`);
}
