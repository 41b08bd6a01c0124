// A mutation that was just made durable on the device, with what it was made from.

import type { Change, RecordState, Superseded, SynclineError } from "@syncline/core";
import type { Origin } from "./drafts.ts";

/** What became of a write that the server has taken. */
export type WriteOutcome =
  | { readonly status: "applied" }
  /** Something of it lost: to a later write, or to a deletion. */
  | { readonly status: "superseded"; readonly records: readonly Superseded[] };

export const APPLIED: WriteOutcome = { status: "applied" };

/** Tells who waits for a write what became of it. */
export interface Settle {
  resolve(outcome: WriteOutcome): void;
  reject(error: SynclineError): void;
}

export interface Appended {
  readonly changes: readonly Change[];
  /** What each record was before, by `recordKeyToText`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What each record is now. */
  readonly records: ReadonlyMap<string, RecordState | undefined>;
  readonly settle: Settle;
  /** What the app calls it. */
  readonly label: string | undefined;
}
