// What a cycle can mend by itself when a call fails.

import { isSynclineError, type Mutation, type SynclineError } from "@syncline/core";
import { BATCH_LIMITS, type BatchLimits, SINGLE, smaller } from "../outbox/batch.ts";
import type { OutboxEntry } from "../store/port.ts";
import type { CycleOptions } from "./cycle.ts";
import { giveBack } from "./give-back.ts";

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
    const { restored } = thrown;
    await options.serial.run(async () => {
      if (restored === undefined) await options.store.restart(options.space);
      else await options.onRestored(restored, await giveBack(restored, options));
    });
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
    await options.serial.run(() =>
      options.onRefused((entry) => entry.mutation.id === mutation.id, thrown),
    );
  } else {
    if (isShutOut(thrown)) await giveUp(thrown, sent, options);
    throw thrown;
  }
}

/**
 * The space was left: what the server has surely not taken is refused, so that nobody waits for it. A device that
 * never read the space waits to be let in.
 */
async function giveUp(
  thrown: SynclineError,
  sent: readonly Mutation[],
  { space, store, serial, onRefused }: CycleOptions,
): Promise<void> {
  const { cursor, staged } = await store.state(space);
  if (cursor === null && staged === null) return;
  const refused = new Set(sent.map(({ id }) => id));
  // What was sent before and not answered may have been taken: that is found out when the device is let in again.
  const isUntaken = ({ state, attempts, mutation }: OutboxEntry) =>
    state === "queued" ? attempts === 0 : attempts === 1 && refused.has(mutation.id);
  await serial.run(() => onRefused(isUntaken, thrown));
}

/** The server does not let this user into the space. */
function isShutOut(thrown: unknown): thrown is SynclineError {
  return isSynclineError(thrown, "forbidden") && thrown.path === "space";
}

function isReset(thrown: unknown): thrown is SynclineError {
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
