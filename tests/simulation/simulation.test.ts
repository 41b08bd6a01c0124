// The simulation in the test run: some seeds twice, the seeds that once failed, and the planted bugs.

import { expect, test } from "vitest";
import { BUGS } from "./bugs.ts";
import { describeSeeds, replay } from "./describe-seeds.ts";
import { runSeed } from "./run-seed.ts";
import { KEPT_SEEDS } from "./seeds.ts";

/** How many seeds may pass before a planted bug is caught. */
const BUG_SEEDS = 500;

describeSeeds({ from: 1, seeds: 60, part: 30, often: 2 });

for (const { seed, story } of KEPT_SEEDS) {
  test(`seed ${seed}: ${story}`, async () => {
    expect((await runSeed(seed)).problems, replay(seed)).toEqual([]);
  });
}

for (const bug of BUGS) {
  test(`a planted bug is caught: ${bug.name}`, async () => {
    for (let seed = 1; seed <= BUG_SEEDS; seed++) {
      const { problems } = await runSeed(seed, bug);
      if (problems.length === 0) continue;
      expect(problems.join("\n")).toMatch(bug.foundBy);
      return;
    }
    expect.unreachable(`${BUG_SEEDS} seeds did not catch it`);
  });
}
