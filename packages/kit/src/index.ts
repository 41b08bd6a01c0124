// @syncline/kit: event sync with every part replaceable.

export { type ErrorCode, isSynclineError, SynclineError } from "@syncline/core";
export { createCodecStore, withCodecs } from "./codecs/codec-store.ts";
export {
  type CodecRegistry,
  createCodecs,
  type EventCodec,
  SCHEMA_VERSION,
  type UpCaster,
} from "./codecs/registry.ts";
export { type KitEnvironment, systemEnvironment } from "./environment.ts";
export {
  type Causality,
  readCausality,
  relationOf,
  withCausality,
  withoutCausality,
} from "./event/causality.ts";
export {
  EVENT_LIMITS,
  type EventLimits,
  type EventTexts,
  eventToTexts,
  isSameEvent,
  textsToEvent,
} from "./event/check-event.ts";
export { ExactNumber } from "./event/exact-number.ts";
export type {
  Accepted,
  CallOptions,
  Checkpoints,
  Conflict,
  ConflictResolver,
  ConnectionStatus,
  Decision,
  Event,
  EventStore,
  LoadOptions,
  Metadata,
  PageHandler,
  PullOptions,
  PullPage,
  PushReport,
  Relation,
  Resolution,
  StoredEvent,
  StoreOptions,
  StoreOutcome,
  StoreStats,
  SubscribeOptions,
  Subscription,
  Transport,
  Version,
  VersionManager,
} from "./ports.ts";
export {
  additiveMerge,
  aggregateIdIs,
  aggregateIdStartsWith,
  allOf,
  always,
  anyOf,
  compareEvents,
  createReviewQueue,
  createRuleResolver,
  customResolver,
  effectiveEvents,
  eventTypeIs,
  fieldChanged,
  fieldMerge,
  firstWriteWins,
  lastWriteWins,
  type Matcher,
  manualReview,
  metadataIs,
  not,
  type ReviewItem,
  type ReviewQueue,
  type Rule,
  type RuleHooks,
  type RuleResolverOptions,
} from "./resolvers/index.ts";
export type { EventStoreLimits } from "./stores/batch.ts";
export { checkHealth, type Health, type HealthOptions } from "./stores/health.ts";
export { createMemoryCheckpoints, createMemoryStore } from "./stores/memory.ts";
export { type ObservedStore, observeStore } from "./stores/observed.ts";
export {
  openVersionedStore,
  type VersionedStore,
  type VersionedStoreOptions,
} from "./stores/versioned.ts";
export { type SyncBuilder, syncBuilder } from "./sync/builder.ts";
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from "./sync/logger.ts";
export type {
  RejectedEvent,
  ResolvedConflict,
  SyncHooks,
  SyncLogger,
  SyncMetrics,
  SyncOperation,
  SyncOptions,
  SyncResult,
} from "./sync/options.ts";
export { isRetryable, type RetryOptions } from "./sync/retry.ts";
export {
  type AutoSyncOptions,
  type CallSignal,
  createSyncManager,
  type SyncManager,
} from "./sync/sync-manager.ts";
export { createHttpTransport, type HttpTransportOptions } from "./transports/http/client.ts";
export {
  createMemoryTransport,
  createNullTransport,
  type MemoryTransportOptions,
} from "./transports/memory.ts";
export { type EventSelection, selectEvents } from "./transports/select-events.ts";
export {
  createVectorClockManager,
  EMPTY_CLOCK,
  HybridVersion,
  INTEGER_ZERO,
  IntegerVersion,
  MAX_CLOCK_NODES,
  MAX_CURSOR_BYTES,
  MAX_NODE_ID_BYTES,
  MAX_UINT64,
  parseIntegerVersion,
  parseTimestampVersion,
  parseVectorClock,
  parseWireVersion,
  TimestampVersion,
  toPosition,
  VERSION_KINDS,
  VectorClock,
  type VectorClockManager,
  type VectorClockManagerOptions,
  type VersionKind,
  versionToWire,
  wireToVersion,
} from "./versions/index.ts";
