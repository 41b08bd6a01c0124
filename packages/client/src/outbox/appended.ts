// A mutation that was just made durable on the device, with what it was made from.

import type { Change, SynclineError } from "@syncline/core";
import type { Origin } from "./drafts.ts";

/** Tells who waits for a write what became of it. */
export interface Settle {
  resolve(): void;
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
