// What a caller is told of his budget with every answer: the RateLimit-* headers.

import type { Headers } from "../protocol/port.ts";
import type { Budget } from "../rate/throttle.ts";

export const RATE_HEADERS = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] as const;

/** The headers of the budget that was asked last: the user's, once it is known whose it is. */
export function budgetHeaders({ burst, remaining, resetMs }: Budget): Headers {
  const values = [burst, remaining, Math.ceil(resetMs / 1000)];
  return Object.fromEntries(RATE_HEADERS.map((name, i) => [name, String(values[i])]));
}
