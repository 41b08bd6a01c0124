// A backup of a PostgreSQL store is a SQLite database: the tables are the same, one snapshot is copied, and any
// Syncline can open it.

import { existsSync, renameSync, rmSync } from "node:fs";
import { SynclineError } from "@syncline/core";
import { openDatabase as openSqlite } from "../sqlite/open.ts";
import type { Database } from "./database.ts";
import { readSchema } from "./migrate.ts";
import { TABLES } from "./migrations.ts";

const BATCH = 2_000;

/**
 * The copy has the schema that the database has, be it an older one: looking changes nothing.
 * @param path a file that is not there yet
 */
export async function backupToSqlite(database: Database, path: string): Promise<void> {
  if (existsSync(path)) {
    throw new SynclineError("config", `There is a file at ${path} already: choose another name.`);
  }
  const half = `${path}.part`;
  rmSync(half, { force: true });
  const { version } = await readSchema(database);
  if (version === 0)
    throw new SynclineError("not_found", "There is no database of Syncline there.");
  const copy = openSqlite(half, { schema: version });
  try {
    await database.transaction("snapshot", async ({ query }) => {
      const there = await query<{ name: string }>(
        "SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place) WHERE to_regclass(name) IS NOT NULL ORDER BY place",
        [TABLES],
      );
      for (const { name: table } of there) {
        await query(`DECLARE rows_of_${table} NO SCROLL CURSOR FOR SELECT * FROM ${table}`);
        for (;;) {
          const rows = await query<{ [column: string]: string | number | null }>(
            `FETCH ${BATCH} FROM rows_of_${table}`,
          );
          const [first] = rows;
          if (first === undefined) break;
          const columns = Object.keys(first);
          const insert = copy.prepare(
            `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
          );
          copy.exec("BEGIN");
          for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null));
          copy.exec("COMMIT");
        }
      }
    });
    copy.exec("PRAGMA journal_mode = DELETE");
    copy.close();
    renameSync(half, path);
  } catch (thrown) {
    if (copy.isOpen) copy.close();
    rmSync(half, { force: true });
    throw thrown;
  }
}
