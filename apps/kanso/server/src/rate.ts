// What callers are told of their budget, in the original's headers.

import type { Budget } from "@syncline/server";

export const RATE_HEADERS = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];

export function budgetHeaders(
  { burst, remaining, resetMs }: Budget,
  nowMs: number,
): { readonly [name: string]: string } {
  const values = [burst, Math.max(0, Math.floor(remaining)), Math.ceil((nowMs + resetMs) / 1000)];
  return Object.fromEntries(RATE_HEADERS.map((name, index) => [name, String(values[index])]));
}
