// Digests: whether the device's copy is the server's.

import { type Delta, EMPTY_DIGEST } from "@syncline/core";
import type { CycleOptions } from "./cycle.ts";

/**
 * Compares the digests of a last page with those of the device. A copy that differs is read anew, once; if it
 * differs still, the device says so and goes on with what it has, for reading it again would not help.
 */
export async function verify(
  { digest }: Delta,
  { space, store, serial, collections, repair, onDigests }: CycleOptions,
): Promise<"again" | "done"> {
  if (digest === undefined) return "done";
  const { digests } = await store.state(space);
  const wanted = collections === undefined ? undefined : new Set(collections);
  const differing = [...new Set([...Object.keys(digest), ...Object.keys(digests)])]
    .filter((name) => wanted?.has(name) !== false)
    .filter((name) => (digest[name] ?? EMPTY_DIGEST) !== (digests[name] ?? EMPTY_DIGEST))
    .sort();
  onDigests(differing);
  if (differing.length === 0) {
    repair.tried = false;
    return "done";
  }
  if (repair.tried) return "done";
  repair.tried = true;
  await serial.run(() => store.restart(space));
  return "again";
}
