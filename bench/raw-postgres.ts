// The limit: what the driver and PostgreSQL do with the same rows and nothing around them.

import pg from "pg";
import type { RawRow } from "./raw-sqlite.ts";

export interface RawPostgres {
  /** Inserts so many records with their history rows, by unnest, in one durable transaction. */
  insert(rows: readonly RawRow[]): Promise<void>;
  close(): Promise<void>;
}

/** Two tables laid out, indexed and as durable as the server's own. */
export async function openRawPostgres(url: string): Promise<RawPostgres> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE TABLE records (space text COLLATE "C", collection text COLLATE "C", id text COLLATE "C", stamp bigint, body text,
      PRIMARY KEY (space, collection, id));
    CREATE INDEX records_stamp ON records (space, stamp);
    CREATE INDEX records_collection_stamp ON records (space, collection, stamp);
    CREATE TABLE changes (space text COLLATE "C", stamp bigint, collection text COLLATE "C", id text COLLATE "C", change text,
      PRIMARY KEY (space, stamp))`);
  let stamp = 0;
  return {
    async insert(rows) {
      const stamps = rows.map(() => (stamp += 1));
      const ids = rows.map(({ id }) => id);
      await client.query("BEGIN; SET LOCAL synchronous_commit = on");
      await client.query(
        `INSERT INTO records SELECT 'bench/raw', 'items', * FROM unnest($1::text[], $2::bigint[], $3::text[])`,
        [ids, stamps, rows.map(({ body }) => body)],
      );
      await client.query(
        `INSERT INTO changes SELECT 'bench/raw', stamp, 'items', id, change
         FROM unnest($1::bigint[], $2::text[], $3::text[]) AS rows (stamp, id, change)`,
        [stamps, ids, rows.map(({ change }) => change)],
      );
      await client.query("COMMIT");
    },
    close: () => client.end(),
  };
}
