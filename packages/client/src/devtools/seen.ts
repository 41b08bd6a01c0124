// The states of records as they arrived in this session, by space.

import { recordKeyToText, type WireRecord } from "@syncline/core";

/** A state of a record as it arrived in this session. */
export interface SeenState {
  readonly atMs: number;
  readonly record: WireRecord;
}

export interface Seen {
  add(space: string, changes: readonly object[], atMs: number): void;
  /** Oldest first. */
  of(space: string, collection: string, id: string): readonly SeenState[];
}

const MAX_STATES = 50;
const MAX_RECORDS = 500;

export function createSeen(): Seen {
  const byKey = new Map<string, SeenState[]>();
  const keyOf = (space: string, record: { collection: string; id: string }) =>
    `${space} ${recordKeyToText(record)}`;
  return {
    add(space, changes, atMs) {
      for (const change of changes) {
        if (!("stamp" in change)) continue;
        const record = change as WireRecord; // only records have stamps
        const key = keyOf(space, record);
        const states = [...(byKey.get(key) ?? []), { atMs, record }].slice(-MAX_STATES);
        // Moved to the end: what has not changed for longest is forgotten first.
        byKey.delete(key);
        byKey.set(key, states);
      }
      for (const key of byKey.keys()) {
        if (byKey.size <= MAX_RECORDS) return;
        byKey.delete(key);
      }
    },
    of: (space, collection, id) => byKey.get(keyOf(space, { collection, id })) ?? [],
  };
}
