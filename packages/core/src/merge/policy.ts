// The contract of a merge policy: what a change makes of a record.

import type { SynclineError } from "../errors/error.ts";
import type { Change } from "../record/change.ts";
import type { RecordState } from "../record/record.ts";

export interface MergeContext {
  /** The stamp that the record gets if it is written. */
  readonly stamp: number;
  /** The user whose change it is; empty on a device that is not signed in. */
  readonly userId: string;
}

/**
 * The outcome of merging one change. `unchanged` means that the change is accepted and alters nothing:
 * it lost to newer writes, or says what is so already.
 */
export type MergeOutcome =
  | { readonly type: "written"; readonly record: RecordState }
  | { readonly type: "unchanged" }
  | { readonly type: "conflict" }
  | { readonly type: "rejected"; readonly error: SynclineError };

/**
 * A merge policy. Promises:
 * - [MP1] it is a pure function of its arguments: server and device come to the same result;
 * - [MP2] it never changes its arguments;
 * - [MP3] a written record has `version` one above the current one (1 if there was none) and `stamp` from the context.
 */
export interface MergePolicy {
  readonly name: string;
  merge(current: RecordState | undefined, change: Change, context: MergeContext): MergeOutcome;
}

export type PolicyName = "lww" | "versioned" | "log" | "counter";

export const UNCHANGED: MergeOutcome = { type: "unchanged" };
export const CONFLICT: MergeOutcome = { type: "conflict" };

/** What every written record has in common: its key, the next version and its stamps. */
export function nextState(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
): Pick<RecordState, "collection" | "id" | "version" | "stamp" | "createdStamp"> {
  return {
    collection: change.collection,
    id: change.id,
    version: (current?.version ?? 0) + 1,
    stamp: context.stamp,
    createdStamp: current?.createdStamp ?? context.stamp,
  };
}
