// Cursors of the other side: the space's commit stamps as instants, which its clients keep and compare as text.

import { formatInstant, parseInstant } from "./instants.ts";

/** How far a reader has come. */
export interface Since {
  /** The last stamp looked at. */
  readonly stamp: number;
  /** True: the reader starts again and has nothing, so that it is given what it wrote itself, too. */
  readonly fresh: boolean;
}

/**
 * Six digits; while a fresh reading has more pages, nine, of which the last three say so. Both sort as the stamps do.
 */
const FRESH = "001";
/** The beginning, as the clients themselves write it. */
const BEGINNING = "1970-01-01T00:00:00.000Z";
const FRESH_FORM = /\.\d{6}001Z$/;

/** Reads `since`. What is no instant, or lies before 1970, starts again, as does nothing at all. */
export function parseSince(text: string): Since {
  const stamp = Math.max(0, parseInstant(text) ?? 0);
  return { stamp, fresh: stamp === 0 || FRESH_FORM.test(text) };
}

/** Writes `syncedUntil`. */
export function formatSince({ stamp, fresh }: Since): string {
  if (stamp === 0) return BEGINNING;
  const text = formatInstant(stamp);
  return fresh ? `${text.slice(0, -1)}${FRESH}Z` : text;
}
