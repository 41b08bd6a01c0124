// Whether a backup is what a database can be made of again: whole, of a schema that is known, and with every digest
// as its records have it. Nothing is written, and nothing is kept of what is read.

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isSynclineError, SynclineError } from "@syncline/core";
import { MIGRATIONS } from "../migrations/index.ts";
import { checkDatabase } from "./check.ts";
import { named } from "./errors.ts";
import { openDatabase, schemaVersion } from "./open.ts";

export interface Verified {
  readonly schema: number;
  readonly spaces: number;
  readonly records: number;
  readonly bytes: number;
}

const MAGIC = "SQLite format 3";

/** @throws {SynclineError} `not_found`, `database_newer`, or `database_corrupt` naming the file and what is wrong */
export function verifyBackup(path: string): Verified {
  if (!existsSync(path)) throw new SynclineError("not_found", `There is no file ${path}.`);
  try {
    return named(() => look(path));
  } catch (thrown) {
    if (!isSynclineError(thrown) || thrown.message.includes(path)) throw thrown;
    throw new SynclineError(thrown.code, `${path}: ${thrown.message}`, { cause: thrown });
  }
}

function look(path: string): Verified {
  refuseShort(path);
  const db = openDatabase(path, { mode: "backup" });
  try {
    const schema = schemaVersion(db);
    for (const problem of [...missing(db, schema), ...checkDatabase(db)]) {
      const where = problem.space === undefined ? "" : `${problem.space}: `;
      throw new SynclineError("database_corrupt", `${where}${problem.message}`);
    }
    return {
      schema,
      spaces: count(db, "spaces"),
      records: count(db, "records"),
      bytes: statSync(path).size,
    };
  } finally {
    db.close();
  }
}

/** The header says how long the file is: what a copy that was cut off is not. */
function refuseShort(path: string): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) return; // opening it says what it is not
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const said = pageSize * header.readUInt32BE(28);
  const there = statSync(path).size;
  // What a live database has not written into the file yet is in the log beside it.
  if (there >= said || existsSync(`${path}-wal`)) return;
  throw new SynclineError(
    "database_corrupt",
    `It has ${there} bytes and should have ${said}: it was cut off.`,
  );
}

/** Tables, columns and indexes that the schema has and the file has not. */
function missing(db: DatabaseSync, schema: number): { space?: string; message: string }[] {
  const whole = new DatabaseSync(":memory:");
  try {
    for (const { sql } of MIGRATIONS.slice(0, schema)) whole.exec(sql);
    const there = new Set(partsOf(db));
    return partsOf(whole)
      .filter((part) => !there.has(part))
      .map((part) => ({ message: `The ${part} is missing.` }));
  } finally {
    whole.close();
  }
}

function partsOf(db: DatabaseSync): string[] {
  const rows = db
    .prepare(
      `SELECT s.type || ' ' || s.name AS part FROM sqlite_schema s WHERE s.type IN ('table', 'index')
       UNION ALL SELECT 'column ' || s.name || '.' || c.name FROM sqlite_schema s, pragma_table_info(s.name) c
       WHERE s.type = 'table' ORDER BY 1 DESC`,
    )
    .all();
  return rows.map(({ part }) => String(part)).filter((part) => !part.includes("sqlite_"));
}

function count(db: DatabaseSync, table: "spaces" | "records"): number {
  return Number(db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
}
