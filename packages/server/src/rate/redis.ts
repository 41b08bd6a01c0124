// Buckets that all nodes share, in Redis: one atomic script a take, by Redis's own clock.

import { verdictOf } from "./bucket.ts";
import { createMemoryLimiter } from "./memory.ts";
import type { Rate, RateLimiter, Verdict } from "./port.ts";

export interface RedisLimiterOptions {
  /** `redis://host:6379`. */
  readonly url: string;
  /** What all keys begin with; `syncline` where left out. */
  readonly prefix?: string;
  /** How long to wait for Redis before this node's own buckets answer; 250 ms where left out. */
  readonly patienceMs?: number;
  /** Called when Redis goes away (with why) and when it is back (null); once each time. */
  away?(thrown: unknown): void;
}

const MAX_RETRY_MS = 2_000;
/** A take that was not answered is not asked for again at once: Redis may be slow, not away. */
const REST_MS = 1_000;

/** Gives {tokens left, units missing}, both as text: Redis cuts the fractions of numbers. */
const TAKE = `
local cost, rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local held = burst
local last = redis.call('HMGET', KEYS[1], 't', 'a')
if last[1] then
  held = math.min(burst, tonumber(last[1]) + math.max(0, now - tonumber(last[2])) / 1000 * rate)
end
local price = math.min(cost, burst)
local missing = 0
if held >= price then held = held - price else missing = price - held end
local full = math.ceil((burst - held) / rate * 1000)
if full > 0 then
  redis.call('HSET', KEYS[1], 't', string.format('%.6f', held), 'a', string.format('%.3f', now))
  redis.call('PEXPIRE', KEYS[1], full)
else
  redis.call('DEL', KEYS[1])
end
return {string.format('%.6f', held), string.format('%.6f', missing)}`;

/**
 * Opens a limiter on Redis. Without Redis, at the start or later, each node limits by itself until it is back.
 */
export async function openRedisLimiter(options: RedisLimiterOptions): Promise<RateLimiter> {
  const { url, prefix = "syncline", patienceMs = 250 } = options;
  const { createClient, defineScript } = await import("redis"); // only who needs it loads it
  const takeScript = defineScript({
    SCRIPT: TAKE,
    NUMBER_OF_KEYS: 1,
    parseCommand(parser, key: string, cost: number, { perSecond, burst }: Rate) {
      parser.pushKey(key);
      parser.push(String(cost), String(perSecond), String(burst));
    },
    transformReply: (reply: readonly [string, string]) => reply,
  });
  const local = createMemoryLimiter();
  let away = false;
  let askAgainAtMs = 0;
  let closed = false;

  function lost(thrown: unknown): void {
    askAgainAtMs = performance.now() + REST_MS;
    if (away || closed) return;
    away = true;
    options.away?.(thrown);
  }

  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 5_000,
      reconnectStrategy: (retries) => Math.min(200 * 2 ** Math.min(retries, 8), MAX_RETRY_MS),
    },
    scripts: { take: takeScript },
  });
  client.on("error", lost);
  const first = client.connect().then(
    () => undefined,
    (thrown: unknown) => lost(thrown),
  );
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    first,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    }),
  ]);
  clearTimeout(timer);

  async function ask(key: string, cost: number, rate: Rate): Promise<Verdict> {
    const answer = client.take(`${prefix}.rate.${key}`, cost, rate);
    const [tokens, missing] = await inTime(answer, patienceMs);
    return verdictOf(Number(tokens), Number(missing), rate);
  }

  return {
    async take(key, cost, rate) {
      if (!client.isReady) lost(new Error("not connected"));
      else if (performance.now() >= askAgainAtMs || !away) {
        try {
          const verdict = await ask(key, cost, rate);
          if (away) options.away?.(null);
          away = false;
          return verdict;
        } catch (thrown) {
          lost(thrown);
        }
      }
      return await local.take(key, cost, rate);
    },
    state: () => (client.isReady ? "shared" : "alone"),
    async close() {
      closed = true;
      if (client.isOpen) client.destroy();
      await local.close();
    },
  };
}

async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
