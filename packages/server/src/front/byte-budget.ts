// What requests hold while they run, counted: bytes of bodies.

import { SynclineError } from "@syncline/core";

const RETRY_AFTER_SECONDS = 2;

/** Bytes that all requests together may hold. */
export interface ByteBudget {
  /** @throws {SynclineError} `unavailable` when there is no room left */
  take(bytes: number): void;
  give(bytes: number): void;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > maxBytes) {
        throw new SynclineError("unavailable", "The server is busy with large requests.", {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
      held += bytes;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}
