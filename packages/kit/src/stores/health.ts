// Whether a store answers, and how fast: for health endpoints.

import type { SynclineError } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../environment.ts";
import type { EventStore } from "../ports.ts";
import { callWithRetry, RETRY } from "../sync/retry.ts";
import { toSynclineError } from "../wire/records.ts";

export type Health =
  | { readonly status: "up"; readonly durationMs: number; readonly version: string }
  | { readonly status: "down"; readonly durationMs: number; readonly error: SynclineError };

export interface HealthOptions {
  /** A store that does not answer within so long is down; 5 s where left out. */
  readonly timeoutMs?: number;
  readonly environment?: KitEnvironment;
}

const TIMEOUT_MS = 5_000;

/** Asks a store for its latest version, once. It never throws: what went wrong is in the answer. */
export async function checkHealth(store: EventStore, options: HealthOptions = {}): Promise<Health> {
  const { timeoutMs = TIMEOUT_MS, environment = systemEnvironment() } = options;
  const began = environment.now();
  const durationMs = () => environment.now() - began;
  try {
    const settings = {
      environment,
      timeoutMs,
      retry: { ...RETRY, attempts: 1 },
      signal: new AbortController().signal,
    };
    const latest = await callWithRetry(settings, (signal) => store.latestVersion({ signal }));
    return { status: "up", durationMs: durationMs(), version: latest.toString() };
  } catch (thrown) {
    return { status: "down", durationMs: durationMs(), error: toSynclineError(thrown) };
  }
}
