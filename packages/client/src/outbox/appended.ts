// A mutation that was just made durable on the device, with what it was made from.

import { type Change, isSynclineError, type Superseded, SynclineError } from "@syncline/core";
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
  readonly records: ReadonlyMap<string, Origin>;
  readonly settle: Settle;
  /** What the app calls it. */
  readonly label: string | undefined;
}

/** Why a write is refused, by what was thrown while it was made. */
export function toRefusal(thrown: unknown): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : "The write could not be made.";
  return new SynclineError("internal", message, { cause: thrown });
}
