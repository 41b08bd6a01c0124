// Tallies: digest and number of the visible records of each collection, from the records or from what was written.

import { DigestSum, type RecordState } from "@syncline/core";
import type { Tally } from "./port.ts";

type Tallies = { readonly [collection: string]: Tally };

/** Adds records to tallies; collections without visible records are left out, names are in text order. */
export function tallyRecords(records: Iterable<RecordState>, from: Tallies = {}): Tallies {
  const sums = new Map(
    Object.entries(from).map(([name, { digest, count }]) => [
      name,
      { digest: new DigestSum(digest), count },
    ]),
  );
  for (const { collection, id, stamp, deleted } of records) {
    if (deleted) continue;
    const sum = sums.get(collection) ?? { digest: new DigestSum(), count: 0 };
    sum.digest.add(id, stamp);
    sum.count += 1;
    sums.set(collection, sum);
  }
  const names = [...sums.keys()].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const sum = sums.get(name);
      return sum === undefined || sum.count === 0
        ? []
        : [[name, { digest: String(sum.digest), count: sum.count }]];
    }),
  );
}
