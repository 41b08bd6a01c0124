// What of a space a reader may see, where access rules hold the reader back: a delta without the rest of it, and with
// what a change of the rules gave and took since.

import { type GoneRecord, type RecordKey, SynclineError, type WireRecord } from "@syncline/core";
import type { Page, SpaceHead } from "../store/port.ts";
import type { Reading } from "./reading.ts";
import { itemOf, READ_ACTION, type SpaceRules } from "./space-rules.ts";

/** A reader whom rules hold back. */
export interface Reader {
  readonly userId: string;
  /** The rules, as new as the head or newer. */
  rules(head: SpaceHead): Promise<SpaceRules>;
}

export interface VisibleSource {
  /** Reads a page of the space after a stamp, with tombstones after another. */
  page(after: number, tombstonesAfter: number): Promise<Page>;
  /** Whether there was a record at a stamp, deleted or not. */
  wasThere(key: RecordKey, stamp: number): Promise<boolean>;
}

export interface VisiblePart {
  /** The last page that was looked at. */
  readonly page: Page;
  /** JSON texts. */
  readonly changes: readonly string[];
  readonly cursor: Pick<Reading, "stamp" | "began" | "rules" | "walk">;
  readonly more: boolean;
}

/** Pages of which nothing is shown that one request may look through. */
const MAX_HIDDEN_PAGES = 16;
/** Rules that came one after the other while somebody read; with more of them it is cheaper to read anew. */
const MAX_VERSIONS = 32;

/**
 * Reads the next part.
 *
 * A reader has everything up to a stamp that the rules up to a certain one let it see. When rules were added since,
 * it walks: the whole space is looked at with the rules of then and those of now. What only these let it see is
 * sent; what it had and only those let it see is gone. A walk ends where the space ends, by the rules that were the
 * last when it began; rules that came meanwhile show less at once, and are walked to next.
 */
export async function readVisible(
  from: Reading | undefined,
  { userId, rules: rulesAt }: Reader,
  source: VisibleSource,
): Promise<VisiblePart> {
  const start = from?.stamp ?? 0;
  let state: State | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await source.page(
      state?.stamp ?? start,
      state?.tombstonesAfter ?? tombstonesOf(from),
    );
    const rules = await rulesAt(page.head);
    if (state === undefined) {
      state = begin(from, page.head, rules);
      // A walk begins where the space does: this page lies after it.
      if (state.stamp !== start) continue;
    }
    const changes = await visibleOf(page, state, { rules, userId, source });
    state = { ...state, stamp: page.stamp };
    if (changes.length > 0 || !page.more || pages >= MAX_HIDDEN_PAGES) {
      const more = page.more || state.target < rules.lastUpTo(page.head.stamp);
      return { page, changes, cursor: cursorOf(state, page.more), more };
    }
  }
}

/** Where a reading stands. */
interface State {
  /** Everything up to here was looked at. */
  readonly stamp: number;
  /** By the rules up to this stamp. */
  readonly target: number;
  /** Only in a first reading. */
  readonly began?: number;
  /** Only in a walk: what the reader had, and by the rules up to which stamp. */
  readonly had?: {
    readonly known: number;
    readonly rules: number;
    /** Whether it may have less. */
    readonly unsure: boolean;
  };
  readonly tombstonesAfter: number;
}

function tombstonesOf(from: Reading | undefined): number {
  if (from === undefined) return Number.MAX_SAFE_INTEGER;
  return from.began ?? from.walk?.known ?? 0;
}

function begin(from: Reading | undefined, head: SpaceHead, rules: SpaceRules): State {
  const tombstonesAfter = tombstonesOf(from);
  if (from === undefined || from.began !== undefined) {
    const began = from?.began ?? head.stamp;
    return { stamp: from?.stamp ?? 0, began, target: rules.lastUpTo(began), tombstonesAfter };
  }
  const { stamp, walk } = from;
  if (from.rules === undefined && rules.guardedAt(stamp)) {
    throw reset("Its reader saw the whole space, and may not any more.");
  }
  const old = from.rules ?? 0;
  const next = rules.firstAfter(old) ?? Number.MAX_SAFE_INTEGER;
  if (walk !== undefined) {
    const { known, target } = walk;
    return { stamp, target, had: { known, rules: old, unsure: next <= known }, tombstonesAfter };
  }
  const target = rules.lastUpTo(head.stamp);
  if (target === old) return { stamp, target, tombstonesAfter };
  // While it read by the older rules, newer ones may have hidden something from it.
  const unsure = next <= stamp;
  return { stamp: 0, target, had: { known: stamp, rules: old, unsure }, tombstonesAfter: stamp };
}

function cursorOf({ stamp, began, target, had }: State, more: boolean): VisiblePart["cursor"] {
  if (more && began !== undefined) return { stamp, began };
  if (more && had !== undefined)
    return { stamp, rules: had.rules, walk: { known: had.known, target } };
  return { stamp, rules: target };
}

async function visibleOf(
  page: Page,
  { target, had }: State,
  { rules, userId, source }: { rules: SpaceRules; userId: string; source: VisibleSource },
): Promise<string[]> {
  const now = page.head.stamp;
  // The store's own text of records; a line break only ever stands between two.
  const records = JSON.parse(`[${page.changes.replaceAll("\n", ",")}]`) as WireRecord[];
  const shown: string[] = [];
  const hidden: WireRecord[] = [];
  for (const record of records) {
    const { collection, id, stamp, deleted } = record;
    const question = { user: userId, item: itemOf(collection, id), action: READ_ACTION };
    // Newer rules hide at once what is there. That a record is gone is told by those that it is read by: a
    // tombstone may not be there any more when the newer ones are walked to.
    const sees =
      rules.decide(question, target) === "allow" &&
      (deleted === true || rules.decide(question, now) === "allow");
    if (had === undefined) {
      if (sees) shown.push(JSON.stringify(record));
      continue;
    }
    const saw = rules.decide(question, had.rules) === "allow";
    const old = stamp <= had.known;
    if (sees) {
      if (!old || (deleted !== true && (!saw || had.unsure))) shown.push(JSON.stringify(record));
    } else if (saw && !(old && deleted === true)) {
      // What was deleted up to `known` it was told of.
      hidden.push(record);
    }
  }
  if (had === undefined) return shown;
  const { horizon } = page.head;
  for (const { collection, id } of await hadOf(hidden, had, { rules, userId, source, horizon }))
    shown.push(JSON.stringify({ collection, id, gone: "revoked" } satisfies GoneRecord));
  return shown;
}

/**
 * Which of the records that are hidden from a reader now it may have: those that it could read at some moment up to
 * `known`. Of what was never there while it could, it is told nothing: not even that it is there. What was deleted at
 * `known` it may have still, when it was in the middle of a delta.
 */
async function hadOf(
  hidden: readonly WireRecord[],
  { known, rules: first, unsure }: NonNullable<State["had"]>,
  { rules, userId, source, horizon }: HadOptions,
): Promise<WireRecord[]> {
  const held: WireRecord[] = [];
  let left = hidden;
  for (let from = first, versions = 1; from <= known && left.length > 0; versions += 1) {
    if (versions > MAX_VERSIONS) throw reset("The rules changed too often while it was read.");
    const next = unsure ? (rules.firstAfter(from) ?? Number.MAX_SAFE_INTEGER) : known + 1;
    // What was there before the horizon nobody knows any more.
    const last = Math.max(Math.min(next - 1, known), horizon);
    const others: WireRecord[] = [];
    for (const record of left) {
      const { collection, id } = record;
      const question = { user: userId, item: itemOf(collection, id), action: READ_ACTION };
      const could = rules.decide(question, from) === "allow";
      if (could && (await wasThere(record, last, source))) held.push(record);
      else others.push(record);
    }
    left = others;
    from = next;
  }
  return held;
}

async function wasThere(
  { collection, id, stamp }: WireRecord,
  at: number,
  source: VisibleSource,
): Promise<boolean> {
  return stamp <= at || (await source.wasThere({ collection, id }, at));
}

interface HadOptions {
  readonly rules: SpaceRules;
  readonly userId: string;
  readonly source: VisibleSource;
  readonly horizon: number;
}

function reset(why: string): SynclineError {
  return new SynclineError(
    "reset",
    `This cursor cannot be honoured. ${why} Read the space anew without a cursor.`,
    { path: "cursor" },
  );
}
