// An index of the store in memory: records of a collection in the order of their keys.

import type { WireRecord } from "@syncline/core";
import { KEY_END, recordKey } from "./index-key.ts";
import type { IndexRange } from "./port.ts";

export interface MemoryIndex {
  change(before: WireRecord | undefined, after: WireRecord | undefined): void;
  range(range: IndexRange): WireRecord[];
}

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly record: WireRecord;
}

/** Above so many changed records since it was last asked, it is put in order anew. */
const MANY = 500;

/** @param records of all collections; the index reads them when it is next asked */
export function createMemoryIndex(
  collection: string,
  fields: readonly string[],
  records: ReadonlyMap<string, WireRecord>,
): MemoryIndex {
  let sorted: Entry[] | undefined;
  let changes: (readonly [WireRecord | undefined, WireRecord | undefined])[] = [];

  const isHere = (record: WireRecord | undefined): record is WireRecord =>
    record !== undefined && record.collection === collection && record.deleted !== true;
  const entryOf = (record: WireRecord): Entry => ({
    key: recordKey(record, fields),
    id: record.id,
    record,
  });

  function inOrder(): Entry[] {
    if (sorted === undefined || changes.length > MANY) {
      sorted = [...records.values()].filter(isHere).map(entryOf).sort(compare);
    } else {
      for (const [before, after] of changes) {
        if (isHere(before)) sorted.splice(placeOf(sorted, entryOf(before)), 1);
        if (isHere(after)) {
          const entry = entryOf(after);
          sorted.splice(placeOf(sorted, entry), 0, entry);
        }
      }
    }
    changes = [];
    return sorted;
  }

  return {
    change(before, after) {
      if (sorted !== undefined && changes.length <= MANY) changes.push([before, after]);
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
