// The journal: what was really committed, taken from the commits themselves.

import type { CommitUnit, HistoryEntry, Store } from "@syncline/server";

export interface Journal {
  /** Every committed history entry, in order. */
  readonly entries: readonly HistoryEntry[];
  /** What cannot be by the store's promises, as it was seen. */
  readonly violations: readonly string[];
  /** A store that writes down what is committed to it. */
  wrap(store: Store): Store;
  /** The server was set back: what came after is no part of its history any more. */
  cutAfter(stamp: number): void;
}

/** @param now the server's clock, to find times that lie ahead of it */
export function createJournal(now: () => number): Journal {
  let entries: HistoryEntry[] = [];
  const violations: string[] = [];
  const commit = async (
    store: Store,
    units: readonly CommitUnit<unknown>[],
  ): Promise<unknown[]> => {
    const written: HistoryEntry[] = [];
    const results = await store.commit(
      units.map((unit) => ({
        ...unit,
        decide: (loaded: Parameters<typeof unit.decide>[0]) => {
          const outcome = unit.decide(loaded);
          written.push(...(outcome.writes?.history ?? []));
          return outcome;
        },
      })),
    );
    for (const entry of written) {
      const last = entries.at(-1)?.stamp ?? 0;
      if (entry.stamp <= last) violations.push(`S6: stamp ${entry.stamp} after ${last}`);
      if (Date.parse(entry.time.slice(0, 24)) > Math.max(now(), last / 1000) + 5_000) {
        violations.push(`S17: ${entry.time} is stored ahead of the server's clock`);
      }
      entries.push(entry);
    }
    return results;
  };
  return {
    get entries() {
      return entries;
    },
    violations,
    wrap: (store) =>
      new Proxy(store, {
        get: (target, name, receiver) =>
          name === "commit"
            ? (units: readonly CommitUnit<unknown>[]) => commit(target, units)
            : Reflect.get(target, name, receiver),
      }),
    cutAfter(stamp) {
      entries = entries.filter((entry) => entry.stamp <= stamp);
    },
  };
}
