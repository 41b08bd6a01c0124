// The transport port: how a device reaches the server.

import type {
  Delta,
  StreamEnd,
  StreamStart,
  SyncRequest,
  SyncResponse,
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
  close(): Promise<void>;
}
