// How the parts of a server are: what operators and health checks ask for, and nothing that anybody may not know.

import type { Bus } from "../bus/port.ts";
import type { RateLimiter } from "../rate/port.ts";
import type { ConsumerProgress } from "../store/consumer-port.ts";
import type { Store } from "../store/port.ts";
import { inTime, kept } from "./in-time.ts";

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

/** Counting what is behind looks at every space: it may take a hundredth of the time. */
const REST = 100;

/** @returns a function that says how the parts are; it never rejects */
export function createParts(options: PartsOptions): () => Promise<Parts> {
  const { store, bus, limiter, now, patienceMs = 2_000 } = options;
  const startedMs = now();
  const database = kept(now, 0, async (): Promise<Parts["database"]> => {
    const answered = store.spaces({ after: "", limit: 1 }).then(() => true);
    // Why it is not there, the store's other users say in the log.
    return (await inTime(answered, patienceMs).catch(() => false)) ? "connected" : "unreachable";
  });
  let counted: readonly ConsumerProgress[] = [];
  const count = kept(now, REST, async () => {
    const progress = await store.consumers.progress().catch(() => counted);
    counted = progress.filter(({ consumer }) => options.consumers.includes(consumer));
  });

  return async () => {
    const isThere = (await database()) === "connected";
    // What is counted late is told the next time.
    if (isThere && options.consumers.length > 0)
      await inTime(count(), patienceMs).catch(() => undefined);
    return {
      database: isThere ? "connected" : "unreachable",
      bus: bus.isConnected() ? "connected" : "unreachable",
      rateLimits: limiter.state(),
      consumers: isThere ? counted : [],
      uptimeMs: now() - startedMs,
    };
  };
}
