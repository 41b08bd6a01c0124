// Giving up: what a signal does to work under way.

import { SynclineError, withResolvers } from "@syncline/core";

export function abortedError(signal: AbortSignal): SynclineError {
  return new SynclineError("aborted", undefined, { cause: signal.reason });
}

/** @throws {SynclineError} `aborted` */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}

/**
 * Waits for work, or for the signal. Work that goes on after that is left to end by itself, and what it throws is dropped.
 * @throws {SynclineError} `aborted`
 */
export async function orAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return await work;
  const gaveUp = withResolvers<never>();
  const stop = () => gaveUp.reject(abortedError(signal));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, gaveUp.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
    // Nobody listens to the loser any more.
    work.catch(() => undefined);
    gaveUp.promise.catch(() => undefined);
  }
}
