// How the parts of a server are: what operators and health checks ask for, and nothing that anybody may not know.

import type { Bus } from "../bus/port.ts";
import type { RateLimiter } from "../rate/port.ts";
import type { ConsumerProgress } from "../store/consumer-port.ts";
import type { Store } from "../store/port.ts";

export interface Parts {
  readonly database: "connected" | "unreachable";
  readonly bus: "connected" | "unreachable";
  /** Whether limits are counted together with other nodes, should be and are not for now, or are this node's own. */
  readonly rateLimits: "shared" | "alone" | "own";
  /** How far behind this server's background work is; nothing while the database is away. */
  readonly consumers: readonly ConsumerProgress[];
  readonly uptimeMs: number;
}

export interface PartsOptions {
  readonly store: Pick<Store, "spaces" | "consumers">;
  readonly bus: Pick<Bus, "isConnected">;
  readonly limiter: Pick<RateLimiter, "state">;
  /** The names of those that run here. */
  readonly consumers: readonly string[];
  /** Milliseconds since any moment, which never go back. */
  now(): number;
  /** How long the database has to answer; 2 s where left out. */
  readonly patienceMs?: number;
}

/** For as long an answer is good: whoever asks more often costs nothing more. */
const KEEP_MS = 1_000;

/** @returns a function that says how the parts are; it never rejects */
export function createParts(options: PartsOptions): () => Promise<Parts> {
  const { store, bus, limiter, now, patienceMs = 2_000 } = options;
  const startedMs = now();
  let kept: Promise<DatabaseParts> | undefined;
  let keptUntilMs = 0;

  async function look(): Promise<DatabaseParts> {
    await store.spaces({ after: "", limit: 1 });
    if (options.consumers.length === 0) return { database: "connected", consumers: [] };
    const progress = await store.consumers.progress();
    const consumers = progress.filter(({ consumer }) => options.consumers.includes(consumer));
    return { database: "connected", consumers };
  }

  function database(): Promise<DatabaseParts> {
    if (kept !== undefined && now() < keptUntilMs) return kept;
    keptUntilMs = Number.POSITIVE_INFINITY; // one question at a time
    kept = inTime(look(), patienceMs)
      .catch(() => AWAY) // why, the store's own failures say in the log
      .finally(() => {
        keptUntilMs = now() + KEEP_MS;
      });
    return kept;
  }

  return async () => ({
    ...(await database()),
    bus: bus.isConnected() ? "connected" : "unreachable",
    rateLimits: limiter.state(),
    uptimeMs: now() - startedMs,
  });
}

type DatabaseParts = Pick<Parts, "database" | "consumers">;

const AWAY: DatabaseParts = { database: "unreachable", consumers: [] };

async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it did not answer in time")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
