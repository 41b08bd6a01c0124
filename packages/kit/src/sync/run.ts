// One run of a sync: what it has done so far, what went wrong, and how it calls the peer.

import type { SynclineError } from "@syncline/core";
import type { KitEnvironment } from "../environment.ts";
import type { EventStore, Transport, Version } from "../ports.ts";
import { toSynclineError } from "../wire/records.ts";
import type { ConflictFinder } from "./conflicts.ts";
import type {
  RejectedEvent,
  ResolvedConflict,
  SyncOperation,
  SyncOptions,
  SyncResult,
} from "./options.ts";
import { callWithRetry, isRetryable, RETRY, type RetryOptions } from "./retry.ts";

/** Options with everything that was left out. */
export interface SyncSetup extends SyncOptions {
  readonly environment: KitEnvironment;
  readonly batchSize: number;
  readonly pageSize: number;
  readonly timeoutMs: number;
  readonly retrying: RetryOptions;
  readonly finder: ConflictFinder | undefined;
}

export interface SyncRun {
  readonly setup: SyncSetup;
  readonly store: EventStore;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** What was done; the phases write to it as they go. */
  readonly done: Progress;
  /** A call of the transport: bounded in time, and tried again. */
  call<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Runs an app's function, which must not break a sync. */
  tell(what: string, run: () => void): void;
}

export interface Progress {
  pushed: number;
  pulled: number;
  resolved: number;
  remoteVersion: Version | undefined;
  readonly conflicts: ResolvedConflict[];
  readonly rejected: RejectedEvent[];
  readonly errors: SynclineError[];
}

/** Lists in results grow no longer than this. */
const MAX_LISTED = 1_000;

export function listUpTo<Item>(list: Item[], item: Item): void {
  if (list.length < MAX_LISTED) list.push(item);
}

/** Lists an event that was refused, and tells of it. */
export function noteRejected({ done, setup, tell }: SyncRun, rejected: RejectedEvent): void {
  listUpTo(done.rejected, rejected);
  tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
}

export function createRun(setup: SyncSetup, signal: AbortSignal): SyncRun {
  const { store, transport, environment, timeoutMs, retrying, logger } = setup;
  return {
    setup,
    store,
    transport,
    signal,
    done: {
      pushed: 0,
      pulled: 0,
      resolved: 0,
      remoteVersion: undefined,
      conflicts: [],
      rejected: [],
      errors: [],
    },
    call: (work) => callWithRetry({ environment, retry: retrying, timeoutMs, signal }, work),
    tell(what, run) {
      try {
        run();
      } catch (thrown) {
        logger?.warn(`${what} failed`, thrown);
      }
    },
  };
}

/** Runs one phase; what goes wrong is noted, and the next phase still runs. */
export async function runPhase(
  run: SyncRun,
  operation: SyncOperation,
  phase: () => Promise<void>,
): Promise<void> {
  const { metrics, environment } = run.setup;
  const began = environment.now();
  try {
    await phase();
  } catch (thrown) {
    const error = toSynclineError(thrown);
    run.done.errors.push(error);
    const { logger } = run.setup;
    if (isRetryable(error)) logger?.warn(`${operation} failed`, error);
    else logger?.error?.(`${operation} failed`, error);
    run.tell("metrics", () => metrics?.recordSyncErrors(operation, error.code));
  }
  run.tell("metrics", () => metrics?.recordSyncDuration(operation, environment.now() - began));
}

export function toResult(
  run: SyncRun,
  began: number,
  localVersion: Version | undefined,
): SyncResult {
  const { done, setup } = run;
  return {
    eventsPushed: done.pushed,
    eventsPulled: done.pulled,
    conflictsResolved: done.resolved,
    conflicts: done.conflicts,
    rejected: done.rejected,
    errors: done.errors,
    startTime: new Date(began),
    durationMs: setup.environment.now() - began,
    localVersion,
    remoteVersion: done.remoteVersion,
  };
}

export function withDefaults(
  options: SyncOptions,
  environment: KitEnvironment,
  finder: ConflictFinder | undefined,
): SyncSetup {
  const { batchSize = 100, pageSize = 1_000, timeoutMs = 30_000 } = options;
  const retrying = { ...RETRY, ...options.retry };
  return { ...options, environment, batchSize, pageSize, timeoutMs, retrying, finder };
}
