// The ports of the kit: events, versions, and the parts that an app may bring itself. Types and promises only.

import type { SynclineError } from "@syncline/core";

/** Facts about an event that are no part of its data; they travel with it, through old peers too. */
export type Metadata = { readonly [name: string]: unknown };

/** What happened. An event is written once and never changed; its id is its identity everywhere. */
export interface Event<Data = unknown> {
  /** Unique among all events of all nodes; what makes storing it twice the same as storing it once. */
  readonly id: string;
  readonly type: string;
  /** What it happened to. */
  readonly aggregateId: string;
  /** Any JSON value. */
  readonly data: Data;
  readonly metadata: Metadata | null;
}

/** A place in a log, or a point in causal time. Versions of different kinds are incomparable. */
export interface Version {
  /** `integer`, `timestamp`, `hlc`, `vector`, or an app's own. */
  readonly kind: string;
  /** -1 before, 1 after, 0 equal or incomparable. */
  compare(other: Version): -1 | 0 | 1;
  /** The canonical text, which travels. */
  toString(): string;
  /** True for the start of everything. */
  isZero(): boolean;
}

/** An event with its place in the log that it was read from. */
export interface StoredEvent<Data = unknown> {
  readonly event: Event<Data>;
  readonly version: Version;
}

/** What became of one event: `duplicate` means that the same event was there already. */
export type Accepted = {
  readonly status: "stored" | "duplicate";
  /** The event's place in this store's log. */
  readonly version: Version;
};
export type StoreOutcome =
  | Accepted
  | {
      readonly status: "rejected";
      /** `invalid`, `too_large`, or `duplicate_event` when another event has its id. */
      readonly error: SynclineError;
    };

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface StoreOptions extends CallOptions {
  /** What the writer knew; stores that count positions themselves leave it alone. */
  readonly version?: Version;
}

export interface LoadOptions extends CallOptions {
  /** At most so many events. */
  readonly limit?: number;
}

/** Small texts that a sync remembers between runs: how far it has come with each peer. */
export interface Checkpoints {
  read(key: string, options?: CallOptions): Promise<string | undefined>;
  /** Null forgets it. */
  write(key: string, text: string | null, options?: CallOptions): Promise<void>;
}

/** Figures of a store, for those who operate it. */
export interface StoreStats {
  /** How many events there are. */
  readonly events: number;
  /** What they take on the disk, where the store can tell. */
  readonly bytes?: number;
  /** Of a store that keeps connections to a server; `waiting` are calls that found none free. */
  readonly connections?: {
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
    readonly max: number;
  };
}

/**
 * A log of events. Promises:
 * - [ES1] events come back in the order of their versions, each exactly once, with what was stored in them;
 * - [ES2] storing is idempotent by id: the same event again is a `duplicate` with the version it had, and another event with
 *   its id is refused as `duplicate_event` and changes nothing;
 * - [ES3] writers at the same time never lose, double or reorder an event: who has read up to a version never finds a new
 *   event before it;
 * - [ES4] a batch is stored in one step: what is not rejected is all there, in the batch's order, or nothing is;
 * - [ES5] a version of another kind is refused as `invalid`, unless it is zero, which means the start;
 * - [ES6] bad events are refused by name, with a path, and leave nothing behind;
 * - [ES7] logs of any length are read with bounded memory, from any version on, and reading can be given up at any event;
 * - [ES8] after `close`, which may be called twice, everything is refused as `closed`;
 * - [ES9] what was acknowledged is there after the process was killed, for stores that outlive their process;
 * - [ES10] a call whose signal is aborted is refused as `aborted` and has stored nothing;
 * - [ES11] checkpoints keep what was written last, apart from the events;
 * - [ES12] its figures count every event that is there, whoever stored it, once.
 */
export interface EventStore<Data = unknown> extends AsyncDisposable {
  /** @throws {SynclineError} `duplicate_event`, `invalid`, `too_large`, and what the medium does */
  store(event: Event<Data>, options?: StoreOptions): Promise<Accepted>;
  /** One outcome an event, in their order. An empty batch does nothing. */
  storeBatch(
    events: readonly Event<Data>[],
    options?: StoreOptions,
  ): Promise<readonly StoreOutcome[]>;
  /** Events after a version, in order; null is the start. */
  load(since: Version | null, options?: LoadOptions): AsyncIterable<StoredEvent<Data>>;
  loadByAggregate(
    aggregateId: string,
    since: Version | null,
    options?: LoadOptions,
  ): AsyncIterable<StoredEvent<Data>>;
  /** Those of these ids that are there, in the order of their versions. */
  loadByIds(ids: readonly string[], options?: CallOptions): Promise<readonly StoredEvent<Data>[]>;
  /** The greatest version; zero when there is none. */
  latestVersion(options?: CallOptions): Promise<Version>;
  /** @throws {SynclineError} `invalid` for a text that is no version of this store */
  parseVersion(text: string): Version;
  readonly checkpoints: Checkpoints;
  /** Counts: it may take time in a large store. */
  stats(options?: CallOptions): Promise<StoreStats>;
  close(): Promise<void>;
}

/** What the peer said of a push: everything that is not listed is there now, or on a disk on its way there. */
export interface PushReport {
  readonly rejected: readonly { readonly id: string; readonly error: SynclineError }[];
}

export interface PullPage<Data = unknown> {
  readonly events: readonly StoredEvent<Data>[];
  /** Where the next page begins; null when nothing was read, and the old place holds. */
  readonly next: Version | null;
  /** False when the peer had no more at that moment. */
  readonly more: boolean;
}

export interface PullOptions extends CallOptions {
  /** At most so many events; a peer may give fewer. */
  readonly limit?: number;
}

/** How it stands with a subscription's connection to the peer. */
export interface ConnectionStatus {
  readonly connected: boolean;
  /** When the peer was last heard of, as of this change; null where it never was. */
  readonly lastConnected: Date | null;
  /** How often it was tried in vain since then. */
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly error: SynclineError | null;
}

export interface SubscribeOptions extends CallOptions {
  /** Where to begin; null is the start. */
  readonly since?: Version | null;
  /** Told of what went wrong on the way; the subscription goes on. */
  failed?(error: unknown): void;
  /** Told when the peer answers for the first time or again, and of each attempt that failed. */
  statusChanged?(status: ConnectionStatus): void;
}

export interface Subscription {
  /** Resolves when no handler runs any more. */
  stop(): Promise<void>;
}

/** Takes the pages of a subscription one after the other; the next one waits for its promise. */
export type PageHandler<Data = unknown> = (page: PullPage<Data>) => void | Promise<void>;

/**
 * A way to one peer. Promises:
 * - [TP1] an empty push asks nobody;
 * - [TP2] a push that resolves has been taken by the peer, or by a disk that keeps it for the peer, but for what it lists as
 *   rejected; one that fails may or may not have been, and can be sent again;
 * - [TP3] pull gives the peer's events after a version in the peer's order, page by page, and nothing twice;
 * - [TP4] data, metadata and versions arrive as they were sent, whatever their size below the limits;
 * - [TP5] a subscription hands on every event after its beginning, in order, page after page, and goes on from where it was after a
 *   connection broke; a handler that fails gets the same page again;
 * - [TP6] an aborted call is refused as `aborted` at once;
 * - [TP7] after `close`, which may be called twice, everything is refused as `closed` and subscriptions have ended;
 * - [TP8] a peer that cannot be reached is `offline` or `unavailable`, which is worth trying again;
 * - [TP9] a subscription tells when it is connected, and when it is not, with the attempts since.
 */
export interface Transport<Data = unknown> extends AsyncDisposable {
  /** Names the peer: cursors are kept under it. */
  readonly peer: string;
  push(events: readonly StoredEvent<Data>[], options?: CallOptions): Promise<PushReport>;
  /**
   * Told what the next push is going to be, while another one is under way: what has to be written or compressed can be by now.
   * It sends nothing. The push is made with the same list, or not at all.
   */
  prepare?(events: readonly StoredEvent<Data>[]): void;
  pull(since: Version | null, options?: PullOptions): Promise<PullPage<Data>>;
  latestVersion(options?: CallOptions): Promise<Version>;
  subscribe(handler: PageHandler<Data>, options?: SubscribeOptions): Promise<Subscription>;
  close(): Promise<void>;
}

/** `unknown`: clocks were pruned, and what is left of them cannot tell causal from concurrent. */
export type Relation = "before" | "after" | "equal" | "concurrent" | "unknown";

/** Two events on one aggregate of which neither knew of the other. */
export interface Conflict<Data = unknown> {
  readonly eventType: string;
  readonly aggregateId: string;
  /** `concurrent`, or `unknown` where pruned clocks can no longer tell. */
  readonly relation: "concurrent" | "unknown";
  /** Fields of the data that differ; `data` where one of the two is no object. */
  readonly changedFields: readonly string[];
  readonly metadata: Metadata;
  readonly local: StoredEvent<Data>;
  readonly remote: StoredEvent<Data>;
}

export type Decision = "keep_local" | "keep_remote" | "merge" | "manual_review" | "noop";

export interface Resolution<Data = unknown> {
  readonly decision: Decision;
  /** The events that count, in the order in which to apply them; events that are not in the log yet are added to it. */
  readonly events: readonly Event<Data>[];
  readonly reasons: readonly string[];
  /** The rule that decided, where rules did and it was none's fallback. */
  readonly rule?: string;
}

/**
 * Decides between two events. Promises:
 * - [CR1] the same two events give the same surviving events, on every node and in whatever order they arrived;
 * - [CR2] its arguments stay as they are.
 */
export interface ConflictResolver<Data = unknown> {
  readonly name: string;
  resolve(
    conflict: Conflict<Data>,
    options?: CallOptions,
  ): Resolution<Data> | Promise<Resolution<Data>>;
}

/** Keeps the point in causal time that a node has reached. */
export interface VersionManager<V extends Version = Version> {
  currentVersion(): V;
  /** Takes the next version for a node's own write. */
  nextVersion(nodeId: string): V;
  /** Takes in what a version knows. @throws {SynclineError} `invalid` for another kind */
  updateFromVersion(version: Version | null): void;
  clone(): VersionManager<V>;
}
