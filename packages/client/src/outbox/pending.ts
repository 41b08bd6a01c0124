// What this device has written and the server has not shown back: in memory, beside the store's outbox.

import { type Change, type RecordKey, recordKeyToText, type SynclineError } from "@syncline/core";
import type { OutboxEntry } from "../store/port.ts";

/** An outbox entry with those who wait for it. */
export interface PendingEntry {
  entry: OutboxEntry;
  /** Set once the server has refused it: it is shown until that was dealt with, and not sent again. */
  refused: boolean;
  readonly settle: {
    readonly resolve: () => void;
    readonly reject: (error: SynclineError) => void;
  } | null;
}

export interface Pending {
  readonly entries: () => readonly PendingEntry[];
  /** The pending changes of one record, oldest first. */
  changesOf(key: RecordKey): readonly Change[];
  /** How many of them the server may still accept: each will make a version of a versioned record. */
  countOf(key: RecordKey): number;
  /** The records with pending changes. */
  keys(): readonly RecordKey[];
  add(entry: PendingEntry): void;
  remove(wanted: (entry: PendingEntry) => boolean): readonly PendingEntry[];
  replace(entries: readonly PendingEntry[]): void;
}

export function createPending(): Pending {
  let entries: PendingEntry[] = [];
  let byRecord = new Map<string, Change[]>();

  function index(): void {
    byRecord = new Map();
    for (const { entry } of entries) add(entry);
  }

  function add({ mutation }: OutboxEntry): void {
    for (const change of mutation.changes) {
      const key = recordKeyToText(change);
      const changes = byRecord.get(key) ?? [];
      byRecord.set(key, [...changes, change]);
    }
  }

  return {
    entries: () => entries,
    changesOf: (key) => byRecord.get(recordKeyToText(key)) ?? [],
    countOf: (key) => {
      const text = recordKeyToText(key);
      const hopeful = entries.filter(({ refused }) => !refused);
      return hopeful
        .flatMap(({ entry }) => entry.mutation.changes)
        .filter((change) => recordKeyToText(change) === text).length;
    },
    keys: () => [...byRecord.values()].flatMap(([first]) => (first === undefined ? [] : [first])),
    add(entry) {
      entries.push(entry);
      add(entry.entry);
    },
    remove(wanted) {
      const removed = entries.filter(wanted);
      if (removed.length > 0) {
        entries = entries.filter((entry) => !wanted(entry));
        index();
      }
      return removed;
    },
    replace(next) {
      entries = [...next];
      index();
    },
  };
}
