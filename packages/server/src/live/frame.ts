// Frames: what is sent to sockets and event streams, serialised once for all who get it.

import type { SynclineError } from "@syncline/core";
import type { DeltaParts } from "../engine/contract.ts";

/** A message on its way to one or many. */
export interface Frame {
  /** The message's type: an event stream names its events so. */
  readonly event: string;
  /** Of changes: how far a reader has come with them. */
  readonly cursor: string | undefined;
  /** The message as JSON text. */
  readonly json: string;
  /** The same as bytes; made once. */
  bytes(): Buffer;
}

export function createFrame(event: string, json: string, cursor?: string): Frame {
  let bytes: Buffer | undefined;
  return {
    event,
    cursor,
    json,
    bytes() {
      bytes ??= Buffer.from(json);
      return bytes;
    },
  };
}

/** What was committed, for everybody who follows a space in one way. */
export function changesFrame(
  space: string,
  after: string | null,
  { changes, cursor, more, digest, now }: DeltaParts,
  by: ReadonlyMap<string, number>,
): Frame {
  const head = JSON.stringify({ type: "changes", space, after, by: Object.fromEntries(by) });
  const rest = JSON.stringify({ cursor, more, digest, now });
  return createFrame(
    "changes",
    `${head.slice(0, -1)},"changes":[${changes}],${rest.slice(1)}`,
    cursor,
  );
}

export function behindFrame(space: string): Frame {
  return createFrame("behind", JSON.stringify({ type: "behind", space }));
}

export function errorFrame(
  error: SynclineError,
  about: { readonly ref?: number; readonly space?: string } = {},
): Frame {
  return createFrame("error", JSON.stringify({ type: "error", ...about, error: error.toBody() }));
}
