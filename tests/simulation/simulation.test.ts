// The simulation in the test run: 2,000 seeds twice, the seeds that once failed, and the planted bugs.

import { expect, test } from "vitest";
import { BUGS } from "./bugs.ts";
import { runSeed } from "./run-seed.ts";
import { KEPT_SEEDS } from "./seeds.ts";
import { FAULTS, OPS, RIGHTS } from "./workload.ts";

const SEEDS = 2_000;
const PART = 500;
/** How many seeds may pass before a planted bug is caught. */
const BUG_SEEDS = 500;

const fired = new Map<string, number>();

for (let from = 1; from <= SEEDS; from += PART) {
  test(`[G2] [G3] [G4] [G5] [G6] [G7] [G9] seeds ${from} to ${from + PART - 1} hold every invariant, twice alike`, async () => {
    let acknowledged = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const result = await runSeed(seed);
      expect(result.problems, replay(seed)).toEqual([]);
      expect((await runSeed(seed)).traceHash, replay(seed)).toBe(result.traceHash);
      for (const [name, count] of result.fired) fired.set(name, (fired.get(name) ?? 0) + count);
      acknowledged += result.acknowledged;
    }
    expect(acknowledged).toBeGreaterThan(PART);
  });
}

test("every operation and every fault happened often", () => {
  for (const name of [...Object.keys(OPS), ...Object.keys(FAULTS), ...Object.keys(RIGHTS)]) {
    expect(fired.get(name) ?? 0, name).toBeGreaterThan(100);
  }
});

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

function replay(seed: number): string {
  return `replay: npm run simulate -- --seeds 1 --from ${seed} --trace`;
}
