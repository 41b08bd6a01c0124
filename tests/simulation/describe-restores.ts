// Restores of the simulation's seeds: a few in the test run, many in the long part.

import { expect, test } from "vitest";
import { runRestoreSeed } from "./restore-seed.ts";

/** That many restores, each at a step and over devices of its seed's own. */
export function describeRestores(seeds: number): void {
  test(`[G1] [G7] ${seeds} restores lose nothing that a device holds, and bring nothing deleted back`, async () => {
    const lost = { offer: 0, discard: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const result = await runRestoreSeed(seed);
      expect(result.problems, `restore seed ${seed}`).toEqual([]);
      lost[result.devices] += result.lost;
    }
    expect(lost.offer).toBeGreaterThan(seeds);
    expect(lost.discard).toBeGreaterThan(seeds);
  });
}
