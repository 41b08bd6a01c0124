// An index of the store in memory: records of a collection in the order of their keys.

import type { WireRecord } from "@syncline/core";
import { KEY_END, recordKey } from "./index-key.ts";
import type { IndexRange } from "./port.ts";

export interface MemoryIndex {
  /** Takes up records that are not in it yet, a page of a first load perhaps. */
  add(records: Iterable<WireRecord>): void;
  change(before: WireRecord | undefined, after: WireRecord | undefined): void;
  /** Puts in order what was added, so that who asks first need not wait for it. */
  settle(): void;
  range(range: IndexRange): WireRecord[];
}

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly record: WireRecord;
}

/** With more changed records since it was last asked, they are merged at once instead of one by one. */
const MANY = 50;
/** More changes do not wait until it is asked. */
const MOST = 2_000;

export function createMemoryIndex(collection: string, fields: readonly string[]): MemoryIndex {
  /** Lists in order, each more than twice as long as the next: what is added is merged as digits of a number carry. */
  const lists: Entry[][] = [];
  let changes: (readonly [WireRecord | undefined, WireRecord | undefined])[] = [];

  const isHere = (record: WireRecord | undefined): record is WireRecord =>
    record !== undefined && record.collection === collection && record.deleted !== true;
  const entryOf = (record: WireRecord): Entry => ({
    key: recordKey(record, fields),
    id: record.id,
    record,
  });
  const entriesOf = (records: Iterable<WireRecord>) =>
    [...records].filter(isHere).map(entryOf).sort(compare);

  /** One list of all that was added, and of no less than `length` entries otherwise. */
  function carry(list: Entry[], isLess: (held: Entry[], list: Entry[]) => boolean): Entry[] {
    let merged = list;
    for (let held = lists.at(-1); held && isLess(held, merged); held = lists.at(-1)) {
      lists.pop();
      merged = merge(held, merged);
    }
    lists.push(merged);
    return merged;
  }

  const add = (records: Iterable<WireRecord>) =>
    void carry(entriesOf(records), (held, list) => held.length < 2 * list.length);

  /** All in one list. */
  const joined = () => carry(lists.pop() ?? [], () => true);

  function changeMany(): Entry[] {
    const [removed, added] = [new Set<WireRecord>(), new Set<WireRecord>()];
    for (const [before, after] of changes) {
      if (before !== undefined && !added.delete(before)) removed.add(before);
      if (after !== undefined) added.add(after);
    }
    const left = joined().filter(({ record }) => !removed.has(record));
    lists[0] = merge(left, entriesOf(added));
    return lists[0];
  }

  function changeEach(): Entry[] {
    const sorted = joined();
    for (const [before, after] of changes) {
      if (isHere(before)) sorted.splice(placeOf(sorted, entryOf(before)), 1);
      if (isHere(after)) {
        const entry = entryOf(after);
        sorted.splice(placeOf(sorted, entry), 0, entry);
      }
    }
    return sorted;
  }

  function inOrder(): Entry[] {
    const sorted = changes.length > MANY ? changeMany() : changeEach();
    changes = [];
    return sorted;
  }

  return {
    add,
    settle: () => void inOrder(),
    change(before, after) {
      if (!isHere(before) && !isHere(after)) return;
      changes.push([before, after]);
      // Perhaps nobody ever asks.
      if (changes.length > MOST) inOrder();
    },
    range({ low, high, down, after, limit }) {
      const all = inOrder();
      let from = placeOf(all, { key: low, id: "" });
      let to = placeOf(all, { key: high + KEY_END, id: "" });
      if (!down) {
        if (after !== undefined) from = Math.max(from, placeOf(all, after, true));
        return all.slice(from, Math.min(to, from + limit)).map(({ record }) => record);
      }
      const found: Entry[] = [];
      if (after !== undefined) {
        const end = placeOf(all, { key: after.key + KEY_END, id: "" });
        found.push(...all.slice(placeOf(all, after, true), end));
        to = Math.min(to, placeOf(all, { key: after.key, id: "" }));
      }
      while (to > from && found.length < limit) {
        const start = Math.max(from, placeOf(all, { key: all[to - 1]?.key ?? "", id: "" }));
        found.push(...all.slice(start, to));
        to = start;
      }
      return found.slice(0, limit).map(({ record }) => record);
    },
  };
}

/** Both in one list, in order. */
function merge(a: readonly Entry[], b: readonly Entry[]): Entry[] {
  if (b.length === 0) return [...a];
  const all: Entry[] = [];
  let i = 0;
  for (const entry of b) {
    for (let next = a[i]; next && compare(next, entry) < 0; next = a[i]) {
      all.push(next);
      i += 1;
    }
    all.push(entry);
  }
  for (; i < a.length; i++) all.push(a[i] as Entry); // below its length
  return all;
}

function compare(a: Omit<Entry, "record">, b: Omit<Entry, "record">): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The first place that is not before an entry, or that is behind it. */
function placeOf(sorted: readonly Entry[], entry: Omit<Entry, "record">, behind = false): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const held = sorted[middle];
    const difference = held === undefined ? 1 : compare(held, entry);
    if (difference > 0 || (difference === 0 && !behind)) to = middle;
    else from = middle + 1;
  }
  return from;
}
