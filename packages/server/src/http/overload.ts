// Overload is answered, not suffered: while the event loop lags or the heap is nearly full, requests get 503 at once.

import { getHeapStatistics } from "node:v8";
import underPressure from "@fastify/under-pressure";
import { SynclineError } from "@syncline/core";
import type { FastifyInstance } from "fastify";
import { markTold } from "../observability/outages.ts";

/** How often lag and heap are measured, or less often where the limit is longer. */
const SAMPLE_MS = 500;
const HEAP_SHARE = 0.9;
const RETRY_AFTER_SECONDS = 2;
/** They say how the server is: exactly then they must answer. */
const ALWAYS = new Set(["/health", "/ready", "/metrics"]);

export interface OverloadOptions {
  /** The mean lag of the event loop from which on work is refused. */
  readonly lagMs: number;
  refused(): void;
}

export function overloadError(): SynclineError {
  return markTold(
    new SynclineError("unavailable", "The server has more to do than it can.", {
      retryAfter: RETRY_AFTER_SECONDS,
    }),
  );
}

export async function registerOverload(
  app: FastifyInstance,
  { lagMs, refused }: OverloadOptions,
): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: lagMs,
    maxHeapUsedBytes: Math.round(getHeapStatistics().heap_size_limit * HEAP_SHARE),
    // An interval in which the loop never turned counts as endless lag: a shorter one than the limit would be wrong.
    sampleInterval: Math.max(SAMPLE_MS, lagMs),
    pressureHandler(request) {
      // No route has it: a file of the site, without which a page stays blank, or a 404; both cost as little as a refusal.
      if (request.is404 || ALWAYS.has(request.routeOptions.url ?? "")) return;
      refused();
      throw overloadError();
    },
  });
}
