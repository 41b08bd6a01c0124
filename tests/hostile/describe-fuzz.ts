// The test that random requests and messages make: a short one in every run, a long one in the long part.

import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";

export function describeFuzz(forMs: number): void {
  test("[G11] nothing random is answered with a failure", async () => {
    const seed = Number(process.env["SYNCLINE_FUZZ_SEED"] ?? 20_261_130);
    const { failures, requests, messages } = await fuzz({ seed, forMs });
    expect(failures, `npm run fuzz -- --minutes 1 --seed ${seed}`).toEqual([]);
    // It did something.
    expect(requests).toBeGreaterThan(forMs / 200);
    expect(messages).toBeGreaterThan(forMs / 1_000);
  });
}
