// A store that keeps no history of what is written to it: what compaction of everything leaves, without the writing in between.

import type { Store } from "@syncline/server";

/**
 * Leaves out the history of what is committed, and raises the horizon over it in the call after. Who dies between the two
 * leaves spaces that `compact` mends.
 */
export function withoutHistory(store: Store): Store {
  return {
    ...store,
    commit: (units) =>
      store.commit(
        units.map((unit) => ({
          ...unit,
          decide(loaded) {
            const { writes, result } = unit.decide(loaded);
            return writes === undefined
              ? { result }
              : { result, writes: { ...writes, history: [] } };
          },
        })),
      ),
  };
}
