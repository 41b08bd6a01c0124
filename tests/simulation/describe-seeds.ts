// The tests that a row of seeds makes: a few in every run, many in the long part.

import { expect, test } from "vitest";
import { runSeed } from "./run-seed.ts";
import { FAULTS, OPS, RIGHTS } from "./workload.ts";

export interface SeedRow {
  readonly from: number;
  readonly seeds: number;
  /** How many make one test. */
  readonly part: number;
  /** How often each operation and each fault must have happened in all of them. */
  readonly often: number;
}

export function describeSeeds({ from, seeds, part, often }: SeedRow): void {
  const fired = new Map<string, number>();
  for (let first = from; first < from + seeds; first += part) {
    const last = Math.min(first + part, from + seeds) - 1;
    test(`[G2] [G3] [G4] [G5] [G6] [G7] [G9] seeds ${first} to ${last} hold every invariant, twice alike`, async () => {
      let acknowledged = 0;
      for (let seed = first; seed <= last; seed++) {
        const result = await runSeed(seed);
        expect(result.problems, replay(seed)).toEqual([]);
        expect((await runSeed(seed)).traceHash, replay(seed)).toBe(result.traceHash);
        for (const [name, count] of result.fired) fired.set(name, (fired.get(name) ?? 0) + count);
        acknowledged += result.acknowledged;
      }
      expect(acknowledged).toBeGreaterThan(last - first);
    });
  }

  test(`every operation and every fault happened more than ${often} times`, () => {
    for (const name of [...Object.keys(OPS), ...Object.keys(FAULTS), ...Object.keys(RIGHTS)]) {
      expect(fired.get(name) ?? 0, name).toBeGreaterThan(often);
    }
  });
}

export function replay(seed: number): string {
  return `replay: npm run simulate -- --seeds 1 --from ${seed} --trace`;
}
