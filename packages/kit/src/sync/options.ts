// What a sync can be told, and what it answers.

import type { SynclineError } from "@syncline/core";
import type { KitEnvironment } from "../environment.ts";
import type {
  Conflict,
  ConflictResolver,
  ConnectionStatus,
  Event,
  EventStore,
  Resolution,
  Transport,
  Version,
} from "../ports.ts";
import type { ReviewQueue } from "../resolvers/review-queue.ts";
import type { RetryOptions } from "./retry.ts";

export interface SyncOptions {
  readonly store: EventStore;
  readonly transport: Transport;
  readonly pushOnly?: boolean;
  readonly pullOnly?: boolean;
  /** Decides between concurrent events; without one they are all kept, and nobody is asked. */
  readonly resolver?: ConflictResolver;
  /** Where conflicts wait that the resolver leaves to people. */
  readonly reviews?: ReviewQueue;
  /** Events that it says no to are neither sent nor taken. */
  filter?(event: Event): boolean;
  /** Refuses an event that came from the peer, by throwing. */
  validate?(event: Event): void;
  /** Events in one push; 100 where left out. */
  readonly batchSize?: number;
  /** Events in one page of a pull; 1000 where left out. */
  readonly pageSize?: number;
  /** Between two automatic syncs. */
  readonly intervalMs?: number;
  /** How failures of the transport that may pass are tried again. */
  readonly retry?: Partial<RetryOptions>;
  /** How long one call of the transport may take; 30 s where left out. */
  readonly timeoutMs?: number;
  readonly logger?: SyncLogger;
  readonly metrics?: SyncMetrics;
  readonly hooks?: SyncHooks;
  readonly environment?: KitEnvironment;
}

/**
 * Told of what a sync did (`info`), of what may pass, and of failures that a sync bears by itself: of subscribers, hooks and
 * metrics (`warn`), and of what does not pass (`error`). The second argument is an object of details, or what was thrown.
 * The console is one; `createLogger` makes one with levels.
 */
export interface SyncLogger {
  info?(message: string, details?: unknown): void;
  warn(message: string, details?: unknown): void;
  error?(message: string, details?: unknown): void;
}

export type SyncOperation = "full_sync" | "push" | "pull" | "conflict_resolution";

/** Counts what a sync does. Every event is counted once. */
export interface SyncMetrics {
  recordSyncDuration(operation: SyncOperation, ms: number): void;
  recordSyncEvents(pushed: number, pulled: number): void;
  recordSyncErrors(operation: SyncOperation, code: string): void;
  recordConflicts(resolved: number): void;
}

export interface SyncHooks {
  onConflict?(conflict: Conflict): void;
  onResolution?(conflict: Conflict, resolution: Resolution): void;
  onRejected?(rejected: RejectedEvent): void;
  /** The connection of `startAutoSync({ live: true })` changed. */
  onConnection?(status: ConnectionStatus): void;
}

/** An event that one side refused for good. It stays where it was written. */
export interface RejectedEvent {
  readonly direction: "push" | "pull";
  readonly id: string;
  readonly error: SynclineError;
}

export interface ResolvedConflict {
  readonly conflict: Conflict;
  /** Undefined when the resolver failed, or there is none. */
  readonly resolution: Resolution | undefined;
}

/** What one sync did. What is counted is done, whatever went wrong after it. */
export interface SyncResult {
  readonly eventsPushed: number;
  /** New ones: those that were there already are not counted. */
  readonly eventsPulled: number;
  readonly conflictsResolved: number;
  /** At most 1000 of them; `conflictsResolved` counts all. */
  readonly conflicts: readonly ResolvedConflict[];
  /** At most 1000 of them. */
  readonly rejected: readonly RejectedEvent[];
  /** What kept it from being complete. */
  readonly errors: readonly SynclineError[];
  readonly startTime: Date;
  readonly durationMs: number;
  /** Undefined where it could not be asked. */
  readonly localVersion: Version | undefined;
  /** The last version of the peer's that was read. */
  readonly remoteVersion: Version | undefined;
}
