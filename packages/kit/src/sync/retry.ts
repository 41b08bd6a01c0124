// Trying again: with growing waits, some chance in them, and an end.

import {
  anySignal,
  ERROR_CATALOGUE,
  isErrorCode,
  isSynclineError,
  SynclineError,
  withResolvers,
} from "@syncline/core";
import { abortedError, orAborted, throwIfAborted } from "../abort.ts";
import type { KitEnvironment } from "../environment.ts";

export interface RetryOptions {
  /** All attempts, the first included. */
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly multiplier: number;
  /** 0 to 1: how much of a wait is left to chance, so that many do not come back at once. */
  readonly jitter: number;
}

export const RETRY: RetryOptions = {
  attempts: 3,
  initialDelayMs: 100,
  maxDelayMs: 5_000,
  multiplier: 2,
  jitter: 0.2,
};

/** Tells whether the same call may succeed later. It sees through errors that have another one as their cause. */
export function isRetryable(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (isSynclineError(error) && isErrorCode(error.code))
      return ERROR_CATALOGUE[error.code].retry === "later";
  }
  return false;
}

/** The wait before attempt `attempt` + 1. @param random in [0, 1) */
export function delayMs(attempt: number, retry: RetryOptions, random: number): number {
  const full = Math.min(retry.initialDelayMs * retry.multiplier ** (attempt - 1), retry.maxDelayMs);
  return full * (1 - retry.jitter * random);
}

export interface CallSettings {
  readonly environment: KitEnvironment;
  readonly retry: RetryOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Calls until it succeeds, cannot, or was tried often enough. Each attempt ends in time, even if what it calls does not.
 * @throws {SynclineError} `aborted`, `unavailable` for what did not answer in time, and what the last attempt threw
 */
export async function callWithRetry<Result>(
  settings: CallSettings,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { environment, retry, signal } = settings;
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await attemptOnce(settings, work);
    } catch (thrown) {
      if (signal.aborted) throw abortedError(signal);
      if (attempt >= retry.attempts || !isRetryable(thrown)) throw thrown;
      const asked = isSynclineError(thrown) ? (thrown.retryAfter ?? 0) * 1_000 : 0;
      const ms = Math.max(delayMs(attempt, retry, environment.random()), asked);
      await pause(environment, Math.min(ms, retry.maxDelayMs), signal);
    }
  }
}

async function attemptOnce<Result>(
  { environment, timeoutMs, signal }: CallSettings,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const cancel = environment.setTimer(() => late.abort(), timeoutMs);
  const either = anySignal([signal, late.signal]);
  try {
    return await orAborted(work(either), either);
  } catch (cause) {
    if (!late.signal.aborted || signal.aborted) throw cause;
    throw new SynclineError("unavailable", `There was no answer within ${timeoutMs} ms.`, {
      cause,
    });
  } finally {
    cancel();
  }
}

/** @throws {SynclineError} `aborted` */
export async function pause(
  environment: KitEnvironment,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const over = withResolvers<void>();
  const cancel = environment.setTimer(over.resolve, ms);
  try {
    await orAborted(over.promise, signal);
  } finally {
    cancel();
  }
}
