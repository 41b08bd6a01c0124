// UUIDs of version 7 for events. Source: RFC 9562, sections 5.7 and 6.2 (method 1: a counter within a millisecond).

import { SynclineError } from "@syncline/core";

const COUNTER_MAX = 0xfff;
/** A clock that was this far ahead was wrong: its readings are not gone on from. */
const MAX_AHEAD_MS = 60_000;

export interface EventId {
  readonly uuid: string;
  /** Whole seconds since 1970, the same that the UUID says. */
  readonly timestamp: number;
}

/**
 * Makes ids that ascend, also within a millisecond and when the clock goes back a little.
 * @param randomId gives a UUID: what is random in ours
 */
export function createEventIds(now: () => number, randomId: () => string): () => EventId {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const random = randomId().replaceAll("-", "").toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(random))
      throw new SynclineError("config", "randomId must give UUIDs.", { path: "environment" });
    const nowMs = now();
    if (nowMs > lastMs || lastMs > nowMs + MAX_AHEAD_MS) {
      lastMs = nowMs;
      // Half of the counter's room is random, the other half is left for counting.
      counter = Number.parseInt(random.slice(0, 3), 16) >>> 1;
    } else if (counter < COUNTER_MAX) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
    const ms = lastMs.toString(16).padStart(12, "0");
    const variant = (8 + (Number.parseInt(random.slice(3, 4), 16) % 4)).toString(16);
    const count = counter.toString(16).padStart(3, "0");
    const tail = random.slice(17);
    const uuid = `${ms.slice(0, 8)}-${ms.slice(8)}-7${count}-${variant}${tail.slice(0, 3)}-${tail.slice(3)}`;
    return { uuid, timestamp: Math.floor(lastMs / 1000) };
  };
}
