// Planted bugs of local writes that share a transaction.

import type { LocalStore } from "@syncline/client";
import { SynclineError } from "@syncline/core";
import { changed, type PlantedBug } from "./planted-bug.ts";

export const LOCAL_BUGS: readonly PlantedBug[] = [
  {
    name: "only the first of a group of local writes is kept",
    foundBy: /S2|S4|S15/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          append: async (space, drafts, clock) => {
            const kept = await store.append(space, drafts.slice(0, 1), clock);
            const [first] = kept ?? [];
            if (first === undefined) return kept;
            return drafts.map(({ seen, changes }, i) => ({
              ...first,
              mutation: { id: first.mutation.id + i, seen, changes },
            }));
          },
        }),
    }),
  },
  {
    name: "two tabs refuse each other",
    foundBy: /superseded|S2|S4|S15|V1|refused/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          append: async (space, drafts, clock) => {
            const entries = await store.append(space, drafts, clock);
            if (entries === null)
              throw new SynclineError("superseded", "Another tab writes all the time.");
            return entries;
          },
        }),
    }),
  },
];
