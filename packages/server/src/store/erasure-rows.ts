// Taking away in SQL: whole spaces, and what names a person in spaces that others use. The statements that SQLite and
// PostgreSQL share.

import type { ConsumerSql, Statement } from "./consumer-rows.ts";
import type { HistoryEntry, Store } from "./port.ts";

/** What holds rows of a space, the space itself last: its row is what commits lock. */
const TABLES = [
  "records",
  "changes",
  "clients",
  "members",
  "invitations",
  "consumers",
  "dead_letters",
  "spaces",
];
const BATCH = 500;

type Entry = Pick<HistoryEntry, "userId">;

export function createSqlErasure({
  query,
  guarded,
}: Pick<ConsumerSql, "query" | "guarded">): Pick<Store, "removeSpace" | "replaceAuthor"> {
  return {
    removeSpace: (space) =>
      guarded([
        // Commits lock the space first, and so does this: neither waits for what the other has.
        ["UPDATE spaces SET epoch = epoch WHERE space = $1 RETURNING 1 AS done", [space]],
        ...TABLES.map((table): Statement => [`DELETE FROM ${table} WHERE space = $1`, [space]]),
      ]),
    async replaceAuthor(space, userId, other) {
      let replaced = 0;
      for (let after = 0; ; ) {
        // A limit that PostgreSQL's planner does not know: see postgres/pages.ts.
        const rows = await query<{ stamp: number; entry: string }>(
          `SELECT stamp, entry FROM changes WHERE space = $1 AND stamp > $2 ORDER BY stamp LIMIT (SELECT ${BATCH})`,
          [space, after],
        );
        for (const { stamp, entry } of rows) {
          const said = JSON.parse(entry) as Entry; // written by our own commits
          if (said.userId !== userId) continue;
          await query("UPDATE changes SET entry = $3 WHERE space = $1 AND stamp = $2", [
            space,
            stamp,
            JSON.stringify({ ...said, userId: other }),
          ]);
          replaced += 1;
        }
        const last = rows.at(-1);
        if (last === undefined) break;
        after = last.stamp;
      }
      const letters = await query<{ consumer: string; stamp: number; entry: string }>(
        "SELECT consumer, stamp, entry FROM dead_letters WHERE space = $1",
        [space],
      );
      for (const { consumer, stamp, entry } of letters) {
        if ((JSON.parse(entry) as Entry).userId !== userId) continue; // as above
        await query("DELETE FROM dead_letters WHERE consumer = $1 AND space = $2 AND stamp = $3", [
          consumer,
          space,
          stamp,
        ]);
      }
      await query("DELETE FROM clients WHERE space = $1 AND user_id = $2", [space, userId]);
      return replaced;
    },
  };
}
