// Check: whether the file is sound, and whether what is summed up fits what is there.

import type { DatabaseSync } from "node:sqlite";
import { DigestSum } from "@syncline/core";
import type { SpaceHead, StoreProblem } from "../port.ts";
import { all } from "./commit.ts";

export function checkDatabase(db: DatabaseSync): StoreProblem[] {
  const integrity = all<{ integrity_check: string }>(db.prepare("PRAGMA integrity_check"));
  const damage = integrity.map((row) => row.integrity_check).filter((text) => text !== "ok");
  if (damage.length > 0) return damage.map((message) => ({ message }));
  // What every schema has: backups of older ones are looked at, too.
  const rows = all<{ space: string; stamp: number; tallies: string }>(
    db.prepare("SELECT space, stamp, tallies FROM spaces ORDER BY space"),
  );
  return rows.flatMap(({ space, stamp, tallies }) =>
    // Written by our own commits.
    checkSpace(db, { space, stamp, tallies: JSON.parse(tallies) as SpaceHead["tallies"] }),
  );
}

function checkSpace(
  db: DatabaseSync,
  head: Pick<SpaceHead, "space" | "stamp" | "tallies">,
): StoreProblem[] {
  const rows = db
    .prepare(
      "SELECT collection, id, stamp, deleted FROM records WHERE space = ? ORDER BY collection",
    )
    .iterate(head.space) as Iterable<unknown> as Iterable<{
    collection: string;
    id: string;
    stamp: number;
    deleted: number;
  }>; // our own table: its columns are what the statement names
  const sums = new Map<string, { digest: DigestSum; count: number }>();
  let ahead = 0;
  for (const { collection, id, stamp, deleted } of rows) {
    if (stamp > head.stamp) ahead += 1;
    if (deleted === 1) continue;
    const sum = sums.get(collection) ?? { digest: new DigestSum(), count: 0 };
    sum.digest.add(id, stamp);
    sum.count += 1;
    sums.set(collection, sum);
  }
  const { space } = head;
  const problems: StoreProblem[] = [];
  if (ahead > 0)
    problems.push({ space, message: `${ahead} records have stamps ahead of the space.` });
  for (const name of new Set([...sums.keys(), ...Object.keys(head.tallies)])) {
    const sum = sums.get(name);
    const tally = head.tallies[name];
    if (sum?.count !== tally?.count || String(sum?.digest) !== tally?.digest) {
      problems.push({ space, message: `The digest of "${name}" does not fit its records.` });
    }
  }
  return problems;
}
