// Overload is answered, not suffered: while the event loop keeps lagging and work waits, or the heap is nearly full,
// what asks for work gets 503.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { SynclineError } from "@syncline/core";
import type { FastifyInstance } from "fastify";
import { markTold } from "../observability/outages.ts";

/** How often lag and heap are measured, or less often where the limit is longer. */
const SAMPLE_MS = 500;
/** How finely the event loop is watched. */
const RESOLUTION_MS = 10;
const HEAP_SHARE = 0.9;
/** So many lagging samples more than calm ones are an overload; a single stall of the process is one sample. */
const SUSTAINED = 3;
/** Work of one sample that waits for other work: a caller who is alone is not helped by being refused. */
const WAITING = 2;
const RETRY_AFTER_SECONDS = 2;
/** They say how the server is: exactly then they must answer. */
const ALWAYS = new Set(["/health", "/ready", "/metrics"]);

export interface OverloadOptions {
  /** The mean lag of the event loop from which on it counts as lagging. */
  readonly lagMs: number;
  refused(): void;
}

export interface OverloadSample {
  /** The mean lag of the event loop since the last sample. */
  readonly lagMs: number;
  /** How much of the heap's limit is used, from 0 to 1. */
  readonly heapShare: number;
}

/** Asks whether work can be taken now; the error says why not. Each question counts as work that waits. */
export type Admit = () => SynclineError | undefined;

export interface OverloadWatch {
  readonly admit: Admit;
  sample(sample: OverloadSample): void;
}

/** Decides by samples, whoever takes them. */
export function createOverloadWatch({ lagMs, refused }: OverloadOptions): OverloadWatch {
  let asked = 0;
  let lagging = 0;
  let overloaded = false;
  let heapIsFull = false;
  return {
    admit() {
      asked += 1;
      if (!overloaded && !heapIsFull) return undefined;
      refused();
      // A figure counts them: a line for each would be more to do.
      return markTold(
        new SynclineError("unavailable", "The server has more to do than it can.", {
          retryAfter: RETRY_AFTER_SECONDS,
        }),
      );
    },
    sample(sample) {
      const suffers = sample.lagMs > lagMs && asked >= WAITING;
      asked = 0;
      lagging = Math.min(SUSTAINED, Math.max(0, lagging + (suffers ? 1 : -1)));
      // It begins and ends slowly: callers who come back a moment later would make it lag again at once.
      if (lagging === SUSTAINED) overloaded = true;
      if (lagging === 0) overloaded = false;
      heapIsFull = sample.heapShare > HEAP_SHARE;
    },
  };
}

/** Watches the process for as long as the interface is open. */
export function watchOverload(app: FastifyInstance, options: OverloadOptions): Admit {
  const { admit, sample } = createOverloadWatch(options);
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loop.enable();
  let sampledAtMs = performance.now();
  // An interval in which the loop never turned lags by all of it: a shorter one than the limit would be wrong.
  const timer = setInterval(takeSample, Math.max(SAMPLE_MS, options.lagMs));
  timer.unref();

  function takeSample(): void {
    const sinceMs = performance.now() - sampledAtMs;
    sampledAtMs += sinceMs;
    const lagMs = loop.count === 0 ? sinceMs : loop.mean / 1e6 - RESOLUTION_MS;
    loop.reset();
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    sample({ lagMs, heapShare: used / limit });
  }

  app.addHook("onClose", async () => {
    clearInterval(timer);
    loop.disable();
  });
  return admit;
}

/** Refuses requests while there is an overload. What comes another way asks by itself. */
export function refuseOverload(app: FastifyInstance, admit: Admit): void {
  app.addHook("onRequest", async (request) => {
    // No route has it: a file of the site, without which a page stays blank, or a 404; both cost as little as a refusal.
    if (request.is404 || ALWAYS.has(request.routeOptions.url ?? "")) return;
    const refusal = admit();
    if (refusal !== undefined) throw refusal;
  });
}
