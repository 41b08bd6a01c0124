// The limiters' conformance, and what only the one on Redis can do: lose its server.

import { createClient } from "redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestProcess } from "../testing/processes.ts";
import { describeLimiter } from "./conformance.ts";
import { createMemoryLimiter } from "./memory.ts";
import { openRedisLimiter } from "./redis.ts";

let redis: TestProcess;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

const memory = createMemoryLimiter();
describeLimiter("memory", {
  open: async () => ({ ...memory, close: async () => undefined }),
  shared: true,
  held: async () => memory.size(),
});
describeLimiter("redis", {
  open: () => openRedisLimiter({ url: redis.url }),
  shared: true,
  async held() {
    const client = await createClient({ url: redis.url }).connect();
    const count = await client.dbSize();
    client.destroy();
    return count;
  },
});

test("[RL7] without Redis each node limits by itself, says so once, and says when it is back", async () => {
  const said: boolean[] = [];
  const own = await startTestRedis();
  const limiter = await openRedisLimiter({
    url: own.url,
    away: (thrown) => void said.push(thrown !== null),
  });
  const rate = { perSecond: 0.001, burst: 3 };
  expect(await limiter.take("a", 2, rate)).toMatchObject({ allowed: true, remaining: 1 });
  await own.kill();
  for (let i = 0; i < 3; i++) expect((await limiter.take("a", 1, rate)).remaining).toBe(2 - i);
  expect((await limiter.take("a", 1, rate)).allowed).toBe(false);
  expect(said).toEqual([true]);
  await own.start();
  await expect
    .poll(() => limiter.take("b", 0, rate).then(() => said.length), {
      timeout: 15_000,
      interval: 50,
    })
    .toBe(2);
  expect(said).toEqual([true, false]);
  await limiter.close();
  await own.stop();
});

test("[RL7] begins without Redis", async () => {
  const own = await startTestRedis();
  await own.kill();
  const limiter = await openRedisLimiter({ url: own.url });
  expect((await limiter.take("a", 1, { perSecond: 1, burst: 1 })).allowed).toBe(true);
  await limiter.close();
  await own.stop();
});
