// The rate limiter port: token buckets, on one node or shared by many.

/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  /** Units a second. */
  readonly perSecond: number;
  /** Units that may be taken at once, after a rest. */
  readonly burst: number;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Whole units that are left. */
  readonly remaining: number;
  /** Milliseconds until the same would be allowed; 0 when it was. */
  readonly retryAfterMs: number;
  /** Milliseconds until the bucket is full. */
  readonly resetMs: number;
}

/**
 * Promises:
 * - [RL1] A bucket gives its burst at once, then `perSecond` a second, and never holds more than its burst.
 * - [RL2] What is refused takes nothing.
 * - [RL3] Keys do not touch each other.
 * - [RL4] Takers at once, on any nodes that share the buckets, get no more than there is.
 * - [RL5] A cost above the burst is granted from a full bucket, and empties it: nothing is refused for ever.
 * - [RL6] A full bucket takes no memory.
 * - [RL7] Never rejects: a limiter whose server is away limits by its own buckets.
 */
export interface RateLimiter {
  /** @param cost units, 0 or more */
  take(key: string, cost: number, rate: Rate): Promise<Verdict>;
  /** Whether the buckets are shared with other nodes, should be and are not for now, or are this node's `own`. */
  state(): "shared" | "alone" | "own";
  close(): Promise<void>;
}
