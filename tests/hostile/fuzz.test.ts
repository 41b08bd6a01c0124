// Random requests and messages to everything for 20 seconds. For longer: npm run fuzz -- --minutes 5 --seed 7

import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";

test("[G11] nothing random is answered with a failure", async () => {
  const seed = Number(process.env["SYNCLINE_FUZZ_SEED"] ?? 20_261_130);
  const { failures, requests, messages } = await fuzz({ seed, forMs: 20_000 });
  expect([`npm run fuzz -- --minutes 1 --seed ${seed}`, failures]).toEqual([
    `npm run fuzz -- --minutes 1 --seed ${seed}`,
    [],
  ]);
  // It did something.
  expect(requests).toBeGreaterThan(100);
  expect(messages).toBeGreaterThan(20);
}, 120_000);
