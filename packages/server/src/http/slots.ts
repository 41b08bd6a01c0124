// What requests hold while they run, counted: bytes of bodies, and streams.

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

/** Places that are taken by users for a while. */
export interface Slots {
  /**
   * Takes a place; the function returned gives it back, once.
   * @throws {SynclineError} `unavailable` when all are taken, `rate_limited` when this user has enough
   */
  take(userId: string): () => void;
}

export function createSlots(max: { readonly all: number; readonly ofUser: number }): Slots {
  let taken = 0;
  const byUser = new Map<string, number>();
  return {
    take(userId) {
      const own = byUser.get(userId) ?? 0;
      if (own >= max.ofUser) {
        throw new SynclineError("rate_limited", "Too many streams of this user run at once.", {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
      if (taken >= max.all) {
        throw new SynclineError("unavailable", "Too many streams run at once.", {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
      taken += 1;
      byUser.set(userId, own + 1);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        taken -= 1;
        const left = (byUser.get(userId) ?? 1) - 1;
        if (left > 0) byUser.set(userId, left);
        else byUser.delete(userId);
      };
    },
  };
}
