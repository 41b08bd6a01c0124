// What the store in memory knows of one space: reading a record as it was, taking away what is old, looking for damage.

import { type RecordKey, type RecordState, recordKeyToText } from "@syncline/core";
import type { ClientRow, CompactOutcome, HistoryEntry, SpaceHead, StoreProblem } from "./port.ts";
import { tallyRecords } from "./tally.ts";

interface HistoryRow {
  readonly entry: HistoryEntry;
  /** What the record was before the commit of this entry. */
  readonly prior: RecordState | undefined;
}

/** Everything that the store knows of one space. Rows are replaced, never changed. */
export interface SpaceContents {
  head: SpaceHead;
  readonly records: Map<string, RecordState>;
  /** Record keys in stamp order; an entry is stale when its record has another stamp by now. */
  order: { readonly stamp: number; readonly key: string }[];
  history: HistoryRow[];
  /** By `clientKeyToText`. */
  readonly clients: Map<string, ClientRow>;
}

/** Rows are replaced, never changed: two stores may share them. */
export function copyOf({ head, records, order, history, clients }: SpaceContents): SpaceContents {
  return {
    head,
    records: new Map(records),
    order: [...order],
    history: [...history],
    clients: new Map(clients),
  };
}

export function readRecordAt(
  contents: SpaceContents,
  key: RecordKey,
  stamp: number,
): RecordState | undefined {
  if (stamp < contents.head.horizon) return undefined;
  const current = contents.records.get(recordKeyToText(key));
  if (current === undefined || current.stamp <= stamp) return current;
  return contents.history.find(({ entry }) => entry.stamp > stamp && sameKey(entry, key))?.prior;
}

export function sameKey(a: RecordKey, b: RecordKey): boolean {
  return a.collection === b.collection && a.id === b.id;
}

export function compactSpace(contents: SpaceContents, wanted: number): CompactOutcome {
  const { records } = contents;
  const horizon = Math.max(contents.head.horizon, Math.min(wanted, contents.head.stamp));
  contents.head = { ...contents.head, horizon };
  let tombstones = 0;
  for (const [key, record] of records) {
    if (!record.deleted || record.stamp > horizon) continue;
    records.delete(key);
    tombstones += 1;
  }
  const kept = contents.history.filter(({ entry }) => entry.stamp > horizon);
  const historyEntries = contents.history.length - kept.length;
  contents.history = kept;
  contents.order = contents.order.filter(({ key, stamp }) => records.get(key)?.stamp === stamp);
  return { horizon, tombstones, historyEntries };
}

export function checkSpace({ head, records }: SpaceContents): StoreProblem[] {
  const counted = JSON.stringify(tallyRecords([...records.values()]));
  const kept = JSON.stringify(tallyRecords([], head.tallies));
  return counted === kept
    ? []
    : [{ space: head.space, message: "The digest does not fit the records." }];
}
