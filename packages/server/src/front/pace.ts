// How fast the sockets of an address may speak: messages are taken from a bucket that fills by itself (a token bucket).

import { networkOf } from "../rate/throttle.ts";

export interface Pace {
  /**
   * Counts a message.
   * @returns `late`: read no more of it for now; `flood`: it goes on nevertheless, and is to be cut off
   */
  take(address: string): "good" | "late" | "flood";
  /** Whether an address may speak again. */
  isGood(address: string): boolean;
  /** Forgets the buckets that are full. */
  sweep(): void;
}

export interface PaceOptions {
  /** Messages a second; four seconds of them at once after a rest. */
  readonly perSecond: number;
  /** Milliseconds of a clock that does not run backwards. */
  now(): number;
}

const SECONDS_AT_ONCE = 4;

/** What was read from the network already comes nevertheless: so much is owed before a socket is cut off. */
export function createPace({ perSecond, now }: PaceOptions): Pace {
  const atOnce = perSecond * SECONDS_AT_ONCE;
  const buckets = new Map<string, { held: number; atMs: number }>();

  function bucketOf(address: string) {
    const network = networkOf(address);
    const nowMs = now();
    const bucket = buckets.get(network) ?? { held: atOnce, atMs: nowMs };
    buckets.set(network, bucket);
    bucket.held = Math.min(atOnce, bucket.held + ((nowMs - bucket.atMs) / 1_000) * perSecond);
    bucket.atMs = nowMs;
    return bucket;
  }

  return {
    take(address) {
      const bucket = bucketOf(address);
      if (bucket.held < -atOnce) return "flood";
      bucket.held -= 1;
      return bucket.held < 0 ? "late" : "good";
    },
    isGood: (address) => bucketOf(address).held >= 0,
    sweep() {
      for (const network of [...buckets.keys()])
        if (bucketOf(network).held >= atOnce) buckets.delete(network);
    },
  };
}
