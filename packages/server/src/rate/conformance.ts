// What every rate limiter must do: the port's promises as tests.

import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RateLimiter } from "./port.ts";

export interface LimiterHarness {
  start?(): Promise<void>;
  /** Another node's limiter on the same buckets; those of one node only share nothing. */
  open(): Promise<RateLimiter>;
  /** Whether two limiters that are open share their buckets. */
  readonly shared: boolean;
  /** How many buckets are held. */
  held(limiter: RateLimiter): Promise<number>;
}

const PATIENCE = { timeout: 10_000, interval: 10 };

export function describeLimiter(name: string, harness: LimiterHarness): void {
  describe(`rate limiter: ${name}`, () => {
    const open: RateLimiter[] = [];
    beforeAll(async () => await harness.start?.(), 60_000);
    afterEach(async () => {
      for (const limiter of open.splice(0)) await limiter.close();
    });
    const node = async () => {
      const limiter = await harness.open();
      open.push(limiter);
      return limiter;
    };
    let keys = 0;
    const fresh = () => `${name}-${++keys}`;
    /** Fills so slowly that no test sees it. */
    const still = (burst: number) => ({ perSecond: 0.001, burst });

    it("[RL1] gives the burst at once and then nothing, saying what is left and for how long", async () => {
      const limiter = await node();
      const key = fresh();
      const left = [];
      for (let i = 0; i < 3; i++) left.push(await limiter.take(key, 1, still(3)));
      expect(left.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
      ]);
      const refused = await limiter.take(key, 1, still(3));
      expect(refused).toMatchObject({ allowed: false, remaining: 0 });
      expect(refused.retryAfterMs).toBeGreaterThan(900_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(1_000_000);
      expect(refused.resetMs).toBeGreaterThan(2_900_000);
    });

    it("[RL1] fills again with time, and not above its burst", async () => {
      const limiter = await node();
      const key = fresh();
      const rate = { perSecond: 50, burst: 2 };
      expect((await limiter.take(key, 2, rate)).allowed).toBe(true);
      await expect.poll(async () => (await limiter.take(key, 0, rate)).resetMs, PATIENCE).toBe(0);
      expect((await limiter.take(key, 2, rate)).remaining).toBe(0);
      expect((await limiter.take(key, 2, rate)).allowed).toBe(false);
    });

    it("[RL2] takes nothing for what it refuses", async () => {
      const limiter = await node();
      const key = fresh();
      await limiter.take(key, 3, still(5));
      for (let i = 0; i < 5; i++)
        expect((await limiter.take(key, 3, still(5))).allowed).toBe(false);
      expect((await limiter.take(key, 2, still(5))).allowed).toBe(true);
    });

    it("[RL3] keeps keys apart", async () => {
      const limiter = await node();
      const [one, other] = [fresh(), fresh()];
      await limiter.take(one, 2, still(2));
      expect((await limiter.take(other, 2, still(2))).allowed).toBe(true);
      expect((await limiter.take(one, 1, still(2))).allowed).toBe(false);
    });

    it("[RL4] gives takers at once no more than there is", async () => {
      const nodes = harness.shared ? [await node(), await node()] : [await node()];
      const key = fresh();
      const takes = nodes.flatMap((limiter) =>
        Array.from({ length: 100 }, () => limiter.take(key, 1, still(40))),
      );
      const allowed = (await Promise.all(takes)).filter((verdict) => verdict.allowed);
      expect(allowed).toHaveLength(40);
    });

    it("[RL5] grants more than a bucket holds from a full one, and empties it", async () => {
      const limiter = await node();
      const key = fresh();
      expect(await limiter.take(key, 1_000, still(10))).toMatchObject({
        allowed: true,
        remaining: 0,
      });
      expect((await limiter.take(key, 1, still(10))).allowed).toBe(false);
    });

    it("[RL6] holds no bucket that is full", async () => {
      const limiter = await node();
      const before = await harness.held(limiter);
      const rate = { perSecond: 1_000, burst: 5 };
      for (let i = 0; i < 50; i++) await limiter.take(fresh(), 5, rate);
      await limiter.take(fresh(), 0, rate);
      // A sweep comes with further takes.
      await expect
        .poll(async () => {
          for (let i = 0; i < 200; i++) await limiter.take("same", 0, rate);
          return (await harness.held(limiter)) - before;
        }, PATIENCE)
        .toBeLessThanOrEqual(0);
    });
  });
}
