// What this device has written and the server has not shown back: in memory, beside the store's outbox.

import { type Change, type RecordKey, recordKeyToText, SynclineError } from "@syncline/core";
import type { OutboxEntry } from "../store/port.ts";
import type { Settle } from "./appended.ts";

/** An outbox entry with those who wait for it. */
export interface PendingEntry {
  entry: OutboxEntry;
  /** Set once the server has refused it: it is shown until that was dealt with, and not sent again. */
  refused: boolean;
  /** It was made of a conflicting one, by the app's rule. */
  readonly rewritten: boolean;
  /** Null for what was written before the last start: nobody waits for it. */
  settle: Settle | null;
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
  /**
   * Takes the store's entries up as they are now: numbered anew, marked, written or settled by another tab.
   * @returns those that are there no more
   */
  reload(all: readonly OutboxEntry[]): readonly PendingEntry[];
  /**
   * Tells everybody who still waits that nothing more will be heard.
   * @param why where the entries are not kept on the device
   */
  abandon(why?: SynclineError): void;
}

interface PendingChange {
  readonly owner: PendingEntry;
  readonly change: Change;
}

/** @param settleFor whoever waits for entries that came from the store: another tab, or nobody */
export function createPending(
  initial: readonly OutboxEntry[],
  settleFor: (entry: OutboxEntry) => Settle | null = () => null,
): Pending {
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

  const stored = (entry: OutboxEntry): PendingEntry => ({
    entry,
    refused: false,
    rewritten: false,
    settle: settleFor(entry),
  });

  replace(initial.map(stored));
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
    abandon(why) {
      const closed = new SynclineError(
        "closed",
        "The client was closed before the server answered; the write is kept on the device.",
      );
      for (const { settle } of entries) settle?.reject(why ?? closed);
    },
    reload(all) {
      const refused = entries.filter((entry) => entry.refused);
      const waiting = new Map(
        entries.filter((entry) => !entry.refused).map((entry) => [identityOf(entry.entry), entry]),
      );
      const kept = all.map((entry) => {
        const identity = identityOf(entry);
        const held = waiting.get(identity);
        if (held === undefined) return stored(entry);
        waiting.delete(identity);
        if (!sameEntry(held.entry, entry)) held.entry = entry;
        return held;
      });
      replace([...refused, ...kept]);
      return [...waiting.values()];
    },
  };
}

/** What stays the same when a mutation is numbered anew: no two of a device and space begin at one time. */
export function identityOf({ mutation: { changes } }: Pick<OutboxEntry, "mutation">): string {
  const [first] = changes;
  return first === undefined ? "" : `${first.time} ${recordKeyToText(first)}`;
}

function sameEntry(a: OutboxEntry, b: OutboxEntry): boolean {
  return a.mutation.id === b.mutation.id && a.state === b.state && a.attempts === b.attempts;
}
