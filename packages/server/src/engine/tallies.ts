// Tallies kept up to date by what was written: subtract the old, add the new.

import { DigestSum, type RecordState, recordKeyToText } from "@syncline/core";
import type { SpaceHead } from "../store/port.ts";

/** The tallies after a commit. Collections without visible records are left out; names are in text order. */
export function moveTallies(
  tallies: SpaceHead["tallies"],
  before: ReadonlyMap<string, RecordState>,
  written: readonly RecordState[],
): SpaceHead["tallies"] {
  const moved = new Map<string, { digest: DigestSum; count: number }>();
  for (const record of written) {
    let sum = moved.get(record.collection);
    if (sum === undefined) {
      const held = Object.hasOwn(tallies, record.collection)
        ? tallies[record.collection]
        : undefined;
      sum = { digest: new DigestSum(held?.digest), count: held?.count ?? 0 };
      moved.set(record.collection, sum);
    }
    const old = before.get(recordKeyToText(record));
    if (old !== undefined && !old.deleted) {
      sum.digest.subtract(old.id, old.stamp);
      sum.count -= 1;
    }
    if (!record.deleted) {
      sum.digest.add(record.id, record.stamp);
      sum.count += 1;
    }
  }
  const next = new Map(Object.entries(tallies));
  for (const [name, { digest, count }] of moved) {
    if (count === 0) next.delete(name);
    else next.set(name, { digest: String(digest), count });
  }
  return Object.fromEntries([...next].sort(([a], [b]) => (a < b ? -1 : 1)));
}
