// What is sent at once: as much as one push may hold.

import { DEFAULT_LIMITS, type Mutation } from "@syncline/core";
import type { PendingEntry } from "./pending.ts";

export interface BatchLimits {
  readonly mutations: number;
  readonly changes: number;
  readonly bytes: number;
}

/** Smaller than the server allows: what is around the mutations needs room, and a lost answer costs less. */
export const BATCH_LIMITS: BatchLimits = {
  mutations: 500,
  changes: DEFAULT_LIMITS.changesPerPush,
  bytes: 4 * 1024 * 1024,
};

/** The first mutations that fit into one push; at least one, if there is one. */
export function nextBatch(entries: readonly PendingEntry[], limits: BatchLimits): Mutation[] {
  const batch: Mutation[] = [];
  let changes = 0;
  let bytes = 0;
  for (const { entry, refused } of entries) {
    // What the server has already answered is not sent again; it leaves when a delta covers it.
    if (refused || entry.state === "committed") continue;
    changes += entry.mutation.changes.length;
    bytes += JSON.stringify(entry.mutation).length;
    const full =
      batch.length >= limits.mutations || changes > limits.changes || bytes > limits.bytes;
    if (full && batch.length > 0) break;
    batch.push(entry.mutation);
  }
  return batch;
}
