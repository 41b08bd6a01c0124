// The arithmetic of a token bucket: state in, state out.

import type { Rate, Verdict } from "./port.ts";

export interface Bucket {
  /** Units, with fractions. */
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes `cost` units from a bucket as it is at `nowMs`; undefined is a full one. */
export function takeFrom(
  bucket: Bucket | undefined,
  cost: number,
  { perSecond, burst }: Rate,
  nowMs: number,
): { readonly bucket: Bucket; readonly verdict: Verdict } {
  // A clock that stepped back gives nothing.
  const passedMs = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.atMs);
  const held =
    bucket === undefined ? burst : Math.min(burst, bucket.tokens + (passedMs / 1000) * perSecond);
  const price = Math.min(cost, burst);
  const allowed = held >= price;
  const tokens = allowed ? held - price : held;
  return {
    bucket: { tokens, atMs: Math.max(nowMs, bucket?.atMs ?? nowMs) },
    verdict: verdictOf(tokens, allowed ? 0 : price - held, { perSecond, burst }),
  };
}

/** @param missing units that were too few; 0 when it was allowed */
export function verdictOf(tokens: number, missing: number, { perSecond, burst }: Rate): Verdict {
  return {
    allowed: missing === 0,
    remaining: Math.floor(tokens),
    retryAfterMs: Math.ceil((missing / perSecond) * 1000),
    resetMs: Math.ceil(((burst - tokens) / perSecond) * 1000),
  };
}
