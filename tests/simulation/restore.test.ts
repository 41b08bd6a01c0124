// Restores in the simulation: at any step, over any devices, with both choices.

import type { LocalStore, Transport } from "@syncline/client";
import { isSynclineError, SynclineError } from "@syncline/core";
import { expect, test } from "vitest";
import { describeRestores } from "./describe-restores.ts";
import { changed, type PlantedBug } from "./planted-bug.ts";
import { runRestoreSeed } from "./restore-seed.ts";

const BUG_SEEDS = 100;

const BUGS: readonly PlantedBug[] = [
  {
    name: "a restore forgets",
    foundBy: /R2|R3/,
    client: () => ({
      wrapTransport: (transport) => {
        const strip = (thrown: unknown): never => {
          if (!isSynclineError(thrown, "reset")) throw thrown;
          throw new SynclineError("reset", thrown.message);
        };
        return changed<Transport>(transport, {
          sync: (...given) => transport.sync(...given).catch(strip),
          pull: (...given) => transport.pull(...given).catch(strip),
        });
      },
    }),
  },
  {
    name: "deletions are not given back",
    foundBy: /R3/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          newerThan: async (space, stamp) =>
            (await store.newerThan(space, stamp)).filter(({ deleted }) => deleted !== true),
        }),
    }),
  },
];

describeRestores(80);

for (const bug of BUGS) {
  test(`a planted bug is caught: ${bug.name}`, async () => {
    for (let seed = 1; seed <= BUG_SEEDS; seed++) {
      const { problems } = await runRestoreSeed(seed, bug);
      if (problems.length === 0) continue;
      expect(problems.join("\n")).toMatch(bug.foundBy);
      return;
    }
    expect.unreachable(`${BUG_SEEDS} seeds did not catch it`);
  });
}
