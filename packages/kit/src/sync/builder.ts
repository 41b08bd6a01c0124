// The same options, said one after the other.

import { SynclineError } from "@syncline/core";
import type { ConflictResolver, Event, EventStore, Transport } from "../ports.ts";
import type { ReviewQueue } from "../resolvers/review-queue.ts";
import {
  additiveMerge,
  firstWriteWins,
  lastWriteWins,
  manualReview,
} from "../resolvers/strategies.ts";
import { createNullTransport } from "../transports/memory.ts";
import type { SyncHooks, SyncLogger, SyncMetrics, SyncOptions } from "./options.ts";
import type { RetryOptions } from "./retry.ts";
import { createSyncManager, type SyncManager } from "./sync-manager.ts";

type Draft = { -readonly [Name in keyof SyncOptions]?: SyncOptions[Name] } & {
  /** What manual review was asked for with. */
  manual?: { readonly reviews: ReviewQueue; readonly reason: string | undefined };
};

export interface SyncBuilder {
  withStore(store: EventStore): SyncBuilder;
  withTransport(transport: Transport): SyncBuilder;
  /** For programs without a peer. */
  withNullTransport(): SyncBuilder;
  withConflictResolver(resolver: ConflictResolver): SyncBuilder;
  withLWW(): SyncBuilder;
  withFWW(): SyncBuilder;
  withAdditiveMerge(): SyncBuilder;
  /** Conflicts wait in a queue: that of `createReviewQueue(store)`, say. */
  withManualReview(reviews: ReviewQueue, reason?: string): SyncBuilder;
  withFilter(filter: (event: Event) => boolean): SyncBuilder;
  withValidation(validate: (event: Event) => void): SyncBuilder;
  withBatchSize(batchSize: number): SyncBuilder;
  withSyncInterval(intervalMs: number): SyncBuilder;
  withTimeout(timeoutMs: number): SyncBuilder;
  withRetry(retry: Partial<RetryOptions>): SyncBuilder;
  withPushOnly(): SyncBuilder;
  withPullOnly(): SyncBuilder;
  withLogger(logger: SyncLogger): SyncBuilder;
  withMetrics(metrics: SyncMetrics): SyncBuilder;
  withHooks(hooks: SyncHooks): SyncBuilder;
  /** Forgets everything that was said. */
  reset(): SyncBuilder;
  /** @throws {SynclineError} `config` for what is missing or excludes each other */
  build(): SyncManager;
}

/** Begins a builder. Each step gives a new one; the old one stays as it is. */
export function syncBuilder(): SyncBuilder {
  return builderOf({});
}

function builderOf(draft: Draft): SyncBuilder {
  const set = (more: Draft) => builderOf({ ...draft, ...more });
  return {
    withStore: (store) => set({ store }),
    withTransport: (transport) => set({ transport }),
    withNullTransport: () => set({ transport: createNullTransport() }),
    withConflictResolver: (resolver) => set({ resolver }),
    withLWW: () => set({ resolver: lastWriteWins }),
    withFWW: () => set({ resolver: firstWriteWins }),
    withAdditiveMerge: () => set({ resolver: additiveMerge }),
    withManualReview: (reviews, reason) => set({ manual: { reviews, reason } }),
    withFilter: (filter) => set({ filter }),
    withValidation: (validate) => set({ validate }),
    withBatchSize: (batchSize) => set({ batchSize }),
    withSyncInterval: (intervalMs) => set({ intervalMs }),
    withTimeout: (timeoutMs) => set({ timeoutMs }),
    withRetry: (retry) => set({ retry }),
    withPushOnly: () => set({ pushOnly: true }),
    withPullOnly: () => set({ pullOnly: true }),
    withLogger: (logger) => set({ logger }),
    withMetrics: (metrics) => set({ metrics }),
    withHooks: (hooks) => set({ hooks }),
    reset: syncBuilder,
    build() {
      const { manual, ...options } = draft;
      const store = required(options.store, "EventStore");
      const transport = required(options.transport, "Transport");
      return createSyncManager({
        ...options,
        ...reviewOf(manual, options),
        store,
        transport,
      });
    },
  };
}

/**
 * Manual review beside a resolver takes what the resolver leaves to people, or fails at; alone it takes every conflict.
 * Which of them was said first does not matter.
 */
function reviewOf(manual: Draft["manual"], { resolver }: Draft) {
  if (manual === undefined) return {};
  return { resolver: resolver ?? manualReview(manual.reason), reviews: manual.reviews };
}

function required<Part>(part: Part | undefined, name: string): Part {
  if (part !== undefined) return part;
  throw new SynclineError("config", `${name} is required`);
}
