// Cursors of the other side: commit stamps as instants, which its clients keep and compare as text. One cursor stands for
// all the spaces that its reader has in an app, and says which those were.

import { createHash } from "node:crypto";
import { formatInstant, parseInstant } from "./instants.ts";

/** How far a reader has come. */
export interface Since {
  /** The last stamp looked at. */
  readonly stamp: number;
  /** True: the reader starts again and has nothing, so that it is given what it wrote itself, too. */
  readonly fresh: boolean;
  /**
   * True: he is between two pages. Then he may not have a record though it was made before this stamp: it was changed
   * since, and lies on a page to come.
   */
  readonly midway: boolean;
  /** Which organisations' spaces it was given up to there, besides his own: their tags, sorted. */
  readonly covers: readonly string[];
}

/**
 * Six digits are the stamp. Then, where there is more to say, three of which `001` says that a fresh reading has more
 * pages, and `002` that any other has; and eight for each organisation. All of them sort as the stamps do.
 */
const FRESH = "001";
const MIDWAY = "002";
const WHOLE = "000";
const TAG_DIGITS = 8;
/** The beginning, as the clients themselves write it. */
const BEGINNING = "1970-01-01T00:00:00.000Z";
const FORM = /\.\d{6}(\d{3})((?:\d{8})*)Z$/;

/** Reads `since`. What is no instant, or lies before 1970, starts again, as does nothing at all. */
export function parseSince(text: string): Since {
  const stamp = Math.max(0, parseInstant(text) ?? 0);
  const [, state, tags = ""] = FORM.exec(text) ?? [];
  return {
    stamp,
    fresh: stamp === 0 || state === FRESH,
    midway: state === FRESH || state === MIDWAY,
    covers: stamp === 0 ? [] : (tags.match(/\d{8}/g) ?? []),
  };
}

/** Writes `syncedUntil`. */
export function formatSince({ stamp, fresh, midway, covers }: Since): string {
  if (stamp === 0) return BEGINNING;
  const text = formatInstant(stamp);
  if (!fresh && !midway && covers.length === 0) return text;
  const state = fresh ? FRESH : midway ? MIDWAY : WHOLE;
  return `${text.slice(0, -1)}${state}${[...covers].sort().join("")}Z`;
}

/** With more, a cursor would grow too long for an address: it names all of them together. */
const MAX_TAGS = 64;

/** How a cursor names each of a reader's organisations. Where it names all of them together, one more makes another name. */
export function orgTags(orgIds: readonly string[]): ReadonlyMap<string, string> {
  const all = orgIds.length > MAX_TAGS ? tagOf(JSON.stringify([...orgIds].sort())) : undefined;
  return new Map(orgIds.map((orgId) => [orgId, all ?? tagOf(orgId)]));
}

/** What a cursor covers that these tags were read up to. */
export function coversOf(tags: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(tags)].filter((tag) => tag !== undefined).sort();
}

function tagOf(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  return String(digest.readUIntBE(0, 6) % 10 ** TAG_DIGITS).padStart(TAG_DIGITS, "0");
}
