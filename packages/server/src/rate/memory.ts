// Buckets of this node alone.

import { type Bucket, takeFrom } from "./bucket.ts";
import type { Rate, RateLimiter } from "./port.ts";

/** How many takes go by before buckets that filled up are looked for. */
const SWEEP_EVERY = 1_000;

export interface MemoryLimiter extends RateLimiter {
  /** Buckets that are held. */
  size(): number;
}

/** @param now milliseconds of any clock that does not run backwards */
export function createMemoryLimiter(now: () => number = () => performance.now()): MemoryLimiter {
  const buckets = new Map<string, Bucket & { readonly fullAtMs: number }>();
  let takes = 0;

  function sweep(nowMs: number): void {
    for (const [key, { fullAtMs }] of buckets) if (fullAtMs <= nowMs) buckets.delete(key);
  }

  return {
    size: () => buckets.size,
    async take(key: string, cost: number, rate: Rate) {
      const nowMs = now();
      takes += 1;
      if (takes % SWEEP_EVERY === 0) sweep(nowMs);
      const { bucket, verdict } = takeFrom(buckets.get(key), cost, rate, nowMs);
      if (verdict.resetMs === 0) buckets.delete(key);
      else buckets.set(key, { ...bucket, fullAtMs: nowMs + verdict.resetMs });
      return verdict;
    },
    state: () => "own",
    async close() {
      buckets.clear();
    },
  };
}
