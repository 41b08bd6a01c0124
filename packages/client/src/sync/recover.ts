// What a cycle can mend by itself when a call fails.

import { isSynclineError, type Mutation, type SynclineError } from "@syncline/core";
import { BATCH_LIMITS, type BatchLimits, SINGLE, smaller } from "../outbox/batch.ts";
import type { CycleOptions } from "./cycle.ts";

/** What one cycle remembers. */
export interface Attempts {
  resets: number;
  renames: number;
  limits: BatchLimits;
  /** The mutations of the last push. */
  sent: readonly Mutation[];
}

/** Cursors that are refused, or client ids, one after the other: more means that something is wrong. */
const MAX_RESETS = 3;
const MAX_RENAMES = 3;

/** @throws what it cannot mend: that is the caller's */
export async function recover(
  thrown: unknown,
  options: CycleOptions,
  attempts: Attempts,
): Promise<void> {
  const { sent } = attempts;
  attempts.sent = [];
  if (isReset(thrown) && attempts.resets < MAX_RESETS) {
    attempts.resets += 1;
    await options.serial.run(() => options.store.restart(options.space));
  } else if (isSynclineError(thrown, "client_forked") && sent.length > 1) {
    // Those before the one that forked were this device's: they get their answers before it takes another id.
    attempts.limits = SINGLE;
  } else if (isForked(thrown) && attempts.renames < MAX_RENAMES) {
    attempts.renames += 1;
    attempts.limits = BATCH_LIMITS;
    await options.serial.run(async () => {
      await options.device.rename();
      await options.onRenamed();
    });
  } else if (isUnfit(thrown) && sent.length > 1) {
    attempts.limits = isSynclineError(thrown, "too_large") ? smaller(attempts.limits) : SINGLE;
  } else if (isUnfit(thrown) && sent[0] !== undefined) {
    // Alone, it is refused as well: it must not hold up what is behind it.
    const [mutation] = sent;
    attempts.limits = BATCH_LIMITS;
    await options.serial.run(() => options.onRefused(mutation, thrown));
  } else {
    throw thrown;
  }
}

function isReset(thrown: unknown): boolean {
  if (isSynclineError(thrown, "reset")) return true;
  // A cursor that is damaged on the device is of no more use than an old one.
  return isSynclineError(thrown, "invalid") && thrown.path === "cursor";
}

function isForked(thrown: unknown): boolean {
  return isSynclineError(thrown, "client_forked") || isSynclineError(thrown, "gap");
}

/** The server does not take a push because of what is in it, and has tried nothing of it. */
function isUnfit(thrown: unknown): thrown is SynclineError {
  if (isSynclineError(thrown, "too_large")) return true;
  return isSynclineError(thrown, "invalid") && /^mutations(\.|$)/.test(thrown.path ?? "");
}
