// What this device has written and the server has not shown back: in memory, beside the store's outbox.

import { type Change, type RecordKey, recordKeyToText, SynclineError } from "@syncline/core";
import type { OutboxEntry } from "../store/port.ts";

/** An outbox entry with those who wait for it. */
export interface PendingEntry {
  entry: OutboxEntry;
  /** Set once the server has refused it: it is shown until that was dealt with, and not sent again. */
  refused: boolean;
  /** It was made of a conflicting one, by the app's rule. */
  readonly rewritten: boolean;
  /** Null for what was written before the last start: nobody waits for it. */
  readonly settle: Settle | null;
}

/** Tells who waits for a write what became of it. */
export interface Settle {
  resolve(): void;
  reject(error: SynclineError): void;
}

export interface Pending {
  entries(): readonly PendingEntry[];
  /** The pending changes of one record, oldest first. */
  changesOf(key: RecordKey): readonly Change[];
  /** How many of them the server may still accept: each will make a version of a versioned record. */
  countOf(key: RecordKey): number;
  /** The records with pending changes. */
  keys(): RecordKey[];
  add(entry: PendingEntry): void;
  remove(wanted: (entry: PendingEntry) => boolean): readonly PendingEntry[];
  /** Marks entries that are not refused. */
  mark(ids: readonly number[], state: OutboxEntry["state"]): void;
  /** Takes up new numbers from the store: its entries are the same as those here that are not refused, in order. */
  renumber(entries: readonly OutboxEntry[]): void;
  /** Tells everybody who still waits that nothing more will be heard; the entries are kept on the device. */
  abandon(): void;
}

interface PendingChange {
  readonly owner: PendingEntry;
  readonly change: Change;
}

export function createPending(initial: readonly OutboxEntry[]): Pending {
  let entries: PendingEntry[] = [];
  let byRecord = new Map<string, PendingChange[]>();

  function add(owner: PendingEntry): void {
    entries.push(owner);
    for (const change of owner.entry.mutation.changes) {
      const key = recordKeyToText(change);
      const held = byRecord.get(key);
      if (held === undefined) byRecord.set(key, [{ owner, change }]);
      else held.push({ owner, change });
    }
  }

  function replace(next: readonly PendingEntry[]): void {
    entries = [];
    byRecord = new Map();
    for (const entry of next) add(entry);
  }

  const of = (key: RecordKey): readonly PendingChange[] => byRecord.get(recordKeyToText(key)) ?? [];

  replace(initial.map(unawaited));
  return {
    entries: () => entries,
    changesOf: (key) => of(key).map(({ change }) => change),
    countOf: (key) => of(key).filter(({ owner }) => !owner.refused).length,
    keys: () => [...byRecord.values()].flatMap(([first]) => (first ? [first.change] : [])),
    add,
    remove(wanted) {
      const removed = entries.filter(wanted);
      const gone = new Set(removed);
      if (removed.length > 0) replace(entries.filter((entry) => !gone.has(entry)));
      return removed;
    },
    mark(ids, state) {
      const marked = new Set(ids);
      for (const one of entries) {
        if (one.refused || !marked.has(one.entry.mutation.id)) continue;
        const attempts = one.entry.attempts + (state === "sent" ? 1 : 0);
        one.entry = { ...one.entry, state, attempts };
      }
    },
    abandon() {
      const closed = new SynclineError(
        "closed",
        "The client was closed before the server answered; the write is kept on the device.",
      );
      for (const { settle } of entries) settle?.reject(closed);
    },
    renumber(stored) {
      const refused = entries.filter((entry) => entry.refused);
      const waiting = entries.filter((entry) => !entry.refused);
      replace([
        ...refused,
        ...stored.map((entry, index) => {
          const held = waiting[index];
          if (held === undefined) return unawaited(entry);
          held.entry = entry;
          return held;
        }),
      ]);
    },
  };
}

function unawaited(entry: OutboxEntry): PendingEntry {
  return { entry, refused: false, rewritten: false, settle: null };
}
