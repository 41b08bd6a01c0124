// Waiting for something that may never come.

import { setTimeout as wait } from "node:timers/promises";

/** @returns nothing where it takes longer */
export async function within<T>(ms: number, what: Promise<T>): Promise<T | undefined> {
  const waiting = new AbortController();
  try {
    const { signal } = waiting;
    const late = wait(ms, undefined, { signal }).catch(() => undefined); // not needed any more
    return await Promise.race([what, late]);
  } finally {
    waiting.abort();
  }
}
