// A delta as JSON text: what the store gave as text goes out as it is.

import type { DeltaParts } from "./contract.ts";

/** The members of a delta as JSON text, without braces; `changes` is text already. */
export function deltaText({
  changes,
  cursor,
  more,
  lastMutation,
  digest,
  now,
}: DeltaParts): string {
  const rest = JSON.stringify({ cursor, more, lastMutation, digest, now });
  return `"changes":[${changes}],${rest.slice(1, -1)}`;
}
