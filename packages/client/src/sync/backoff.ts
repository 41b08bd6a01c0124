// How long to wait before trying again: exponential, with full jitter.
// Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

import type { Environment } from "../environment.ts";

export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
}

export const BACKOFF: BackoffOptions = { baseMs: 500, capMs: 60_000 };

/** A server that asks for more time than this is asked again all the same. */
const MAX_RETRY_AFTER_MS = 60 * 60_000;

/**
 * @param attempt how many tries have failed, from 1
 * @param random a number in [0, 1)
 * @param retryAfter what the server asked for, in seconds: never less than that is waited, up to an hour
 */
export function backoffMs(
  attempt: number,
  random: number,
  retryAfter?: number,
  { baseMs, capMs } = BACKOFF,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil(askedMs(retryAfter) + random * ceiling);
}

/** @param retryAfter seconds, as the server said */
export function askedMs(retryAfter: number | undefined): number {
  if (retryAfter === undefined || !(retryAfter > 0)) return 0;
  return Math.min(MAX_RETRY_AFTER_MS, retryAfter * 1000);
}

/** Waits for so many milliseconds. */
export function pause(ms: number, { setTimer }: Pick<Environment, "setTimer">): Promise<void> {
  return new Promise((resolve) => {
    setTimer(resolve, ms, { awaited: true });
  });
}
