// What is sent at once: as much as one push may hold.

import { DEFAULT_LIMITS, type Mutation } from "@syncline/core";
import type { PendingEntry } from "./pending.ts";
import { utf8Bytes } from "./size.ts";

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

/** One mutation at a time: to find out which one of a batch the server does not take. */
export const SINGLE: BatchLimits = { mutations: 1, changes: 1, bytes: 1 };

/** The first mutations that fit into one push; at least one, if there is one. Their numbers follow each other. */
export function nextBatch(entries: readonly PendingEntry[], limits: BatchLimits): Mutation[] {
  const batch: Mutation[] = [];
  let changes = 0;
  let bytes = 0;
  for (const { entry, refused } of entries) {
    // What the server has already answered is not sent again; it leaves when a delta covers it.
    if (refused || entry.state === "committed") continue;
    const { mutation } = entry;
    changes += mutation.changes.length;
    bytes += utf8Bytes(JSON.stringify(mutation));
    const last = batch.at(-1);
    if (last !== undefined) {
      const full =
        batch.length >= limits.mutations || changes > limits.changes || bytes > limits.bytes;
      if (full || mutation.id !== last.id + 1) break;
    }
    batch.push(mutation);
  }
  return batch;
}

/** Whether anything waits to be sent. */
export function hasUnsent(entries: readonly PendingEntry[]): boolean {
  return entries.some(({ entry, refused }) => !refused && entry.state !== "committed");
}

/** Limits for a second try of what the server found too large. */
export function smaller({ mutations, changes, bytes }: BatchLimits): BatchLimits {
  const quarter = (limit: number) => Math.max(1, Math.floor(limit / 4));
  return { mutations: quarter(mutations), changes: quarter(changes), bytes: quarter(bytes) };
}
