// The transport port: how a device reaches the server.

import type {
  Delta,
  Fields,
  Json,
  StreamEnd,
  StreamStart,
  SyncRequest,
  SyncResponse,
  Time,
  WireChange,
} from "@syncline/core";

export interface CallOptions {
  readonly signal: AbortSignal;
}

export interface StreamRequest {
  readonly cursor: string | null;
  readonly collections?: readonly string[];
  readonly clientId: string;
}

/** A first sync as it arrives: a start, batches of records, an end. */
export type StreamPart =
  | { readonly type: "start"; readonly start: StreamStart }
  | { readonly type: "changes"; readonly changes: readonly WireChange[] }
  | { readonly type: "end"; readonly end: StreamEnd };

/**
 * Promises:
 * - [TR1] A call settles: with the answer, or with a SynclineError; after the signal fires, with `aborted`, at once.
 * - [TR2] What is no answer of a Syncline server (a captive portal's page, a proxy's error, half a body) is `offline` or `unavailable`, never an answer.
 * - [TR3] Errors of the server arrive with code, path and retryAfter as it sent them.
 * - [TR4] A token that the server refuses is asked for anew once per call; a second refusal is `unauthenticated`.
 * - [TR5] A stream that breaks throws; one without its end line never looks whole.
 */
export interface Transport {
  sync(space: string, request: SyncRequest, options: CallOptions): Promise<SyncResponse>;
  pull(
    space: string,
    request: StreamRequest & { readonly limit: number },
    options: CallOptions,
  ): Promise<Delta>;
  stream(space: string, request: StreamRequest, options: CallOptions): AsyncIterable<StreamPart>;
  /** Where there is one: what others commit, as it happens. */
  readonly live?: LiveFeed;
  /**
   * Asks the server something about the app's spaces, by a route below `/v1/{app}/`. Left out by transports that
   * only sync. Settles as [TR1] to [TR4] say.
   */
  call?(request: AppCall, options: CallOptions): Promise<unknown>;
  /**
   * Asks this of each token before it is used: what it throws ends the call. Without it nobody but the transport keeps
   * one user's writes from going out with another's token.
   */
  checkTokens?(isRight: (token: string) => void): void;
  close(): Promise<void>;
}

export interface AppCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the app: `spaces`, `team-42/members`. */
  readonly path: string;
  readonly body?: Json;
}

/** What a server says of the list of one's spaces: `spaces` or `members`, see docs/protocol.md. */
export interface ListMessage {
  readonly type: string;
  readonly [name: string]: unknown;
}

export interface ListListener {
  heard(message: ListMessage): void;
  /** Nothing arrives by itself any more. */
  down(): void;
}

/** What was committed, joined on to what came before. */
export interface LiveFrame {
  /** The cursor that it follows; null: it begins with the first record. */
  readonly after: string | null;
  readonly cursor: string;
  readonly changes: readonly WireChange[];
  /** Clients that pushed what is in it, and their last committed mutations. */
  readonly by: { readonly [clientId: string]: number };
  readonly digest?: { readonly [collection: string]: string };
  readonly now: Time;
}

/** What somebody else shows of himself; null: nothing more. */
export interface Peer {
  readonly clientId: string;
  readonly userId: string;
  readonly state: Fields | null;
}

export interface LiveListener {
  /** Where to follow from now; asked for each connection. */
  request(): Promise<StreamRequest>;
  frame(frame: LiveFrame): void;
  peer(peer: Peer): void;
  /** What is committed arrives by itself from now on. */
  up(): void;
  /** It does not any more; the feed connects again by itself. */
  down(): void;
  /** The feed has let go of the space: read by other means, and follow again. */
  lost(): void;
}

export interface LiveSubscription {
  /** Shows something of oneself to the others; null: nothing more. Shown again on each connection. */
  present(state: Fields | null): void;
  close(): void;
}

/**
 * Promises:
 * - [LF1] Every frame that is committed while it is up arrives, in order; what could not is told by `down` or `lost`.
 * - [LF2] It connects again by itself, spread over time, and goes on from what `request` says then.
 * - [LF3] After `close` of a subscription its listener hears nothing more.
 */
export interface LiveFeed {
  follow(space: string, listener: LiveListener): LiveSubscription;
  /** Follows the list of one's spaces, where the server and the way there allow it. Gives the function that ends it. */
  followList?(listener: ListListener): () => void;
}
