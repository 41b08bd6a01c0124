// Check: whether what is summed up fits what is there, space by space, each in one snapshot.

import type { StoreProblem } from "../port.ts";
import { type SpaceRow, toHead } from "../rows.ts";
import { tallyRecords } from "../tally.ts";
import type { Database } from "./database.ts";

const SPACES = 500;

export async function checkDatabase(database: Database): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = [];
  for (let after = ""; ; ) {
    const names = await database.query<{ space: string }>(
      "SELECT space FROM spaces WHERE space > $1 ORDER BY space LIMIT $2",
      [after, SPACES],
    );
    for (const { space } of names) problems.push(...(await checkSpace(database, space)));
    const last = names.at(-1);
    if (last === undefined) return problems;
    after = last.space;
  }
}

export async function checkSpace(database: Database, space: string): Promise<StoreProblem[]> {
  return await database.transaction("snapshot", async ({ query }) => {
    const [row] = await query<SpaceRow>("SELECT * FROM spaces WHERE space = $1", [space]);
    if (row === undefined) return [];
    const head = toHead(row);
    const rows = await query<{ collection: string; id: string; stamp: number; deleted: number }>(
      "SELECT collection, id, stamp, deleted FROM records WHERE space = $1",
      [space],
    );
    const ahead = rows.filter(({ stamp }) => stamp > head.stamp).length;
    const sums = tallyRecords(
      rows.map(({ deleted, ...record }) => ({ ...record, deleted: deleted === 1 })) as never, // what tallies look at
    );
    const problems: StoreProblem[] = [];
    if (ahead > 0)
      problems.push({ space, message: `${ahead} records have stamps ahead of the space.` });
    for (const name of new Set([...Object.keys(sums), ...Object.keys(head.tallies)])) {
      const [sum, tally] = [sums[name], head.tallies[name]];
      if (sum?.count !== tally?.count || sum?.digest !== tally?.digest)
        problems.push({ space, message: `The digest of "${name}" does not fit its records.` });
    }
    return problems;
  });
}
