// Numbers: in a numbered collection the records count 1, 2, 3 in the order in which they were committed.

import type { AppDefinition } from "../apps/app.ts";
import type { SpaceHead } from "../store/port.ts";

/**
 * The last number of each numbered collection, read while the space is locked. Records of a log are neither taken away
 * nor written twice, and each was given the next number: how many there are is the last one.
 */
export function lastNumbers(
  head: Pick<SpaceHead, "tallies">,
  app: AppDefinition | undefined,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [name, { numbered }] of Object.entries(app?.collections ?? {}))
    if (numbered === true) numbers.set(name, head.tallies[name]?.count ?? 0);
  return numbers;
}
