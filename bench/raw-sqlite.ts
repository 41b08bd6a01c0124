// The limit: what node:sqlite does on this machine with the same rows and nothing around them.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { nextId, sampleFields } from "./sample-data.ts";

/** A database with the two tables that a push writes, laid out, indexed and as durable as the server's own. */
export interface RawDatabase {
  /** Inserts so many records with their history rows in one transaction. */
  insert(rows: readonly RawRow[]): void;
  /** Reads all records in stamp order, pages joined to text inside SQL; gives the length of the text. */
  readJoined(pageSize: number): number;
  close(): void;
}

export interface RawRow {
  readonly id: string;
  readonly body: string;
  readonly change: string;
}

export function rawRows(count: number): RawRow[] {
  return Array.from({ length: count }, () => {
    const id = nextId();
    const time = "2026-11-20T10:05:00.000Z-0000-bench";
    // As many bytes as a record has on the wire.
    const body = JSON.stringify({
      collection: "items",
      id,
      version: 1,
      stamp: 1795341900000001,
      fields: sampleFields(),
      time,
    });
    return { id, body, change: body };
  });
}

export function openRawDatabase(path: string): RawDatabase {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE records (space TEXT, collection TEXT, id TEXT, stamp INTEGER, body TEXT,
      PRIMARY KEY (space, collection, id));
    CREATE INDEX records_stamp ON records (space, stamp);
    CREATE INDEX records_collection_stamp ON records (space, collection, stamp);
    CREATE TABLE changes (space TEXT, stamp INTEGER, collection TEXT, id TEXT, change TEXT,
      PRIMARY KEY (space, stamp)) WITHOUT ROWID;`);
  const record = db.prepare("INSERT INTO records VALUES ('bench/raw', 'items', ?, ?, ?)");
  const change = db.prepare("INSERT INTO changes VALUES ('bench/raw', ?, 'items', ?, ?)");
  const page = db.prepare(`SELECT group_concat(body, ',') AS text, max(stamp) AS last
    FROM (SELECT body, stamp FROM records WHERE space = 'bench/raw' AND stamp > ? ORDER BY stamp LIMIT ?)`);
  let stamp = 0;
  return {
    insert(rows) {
      db.exec("BEGIN IMMEDIATE");
      for (const row of rows) {
        stamp += 1;
        record.run(row.id, stamp, row.body);
        change.run(stamp, row.id, row.change);
      }
      db.exec("COMMIT");
    },
    readJoined: (pageSize) => readJoined(page, pageSize),
    close: () => db.close(),
  };
}

function readJoined(page: StatementSync, pageSize: number): number {
  let length = 0;
  let after = 0;
  for (;;) {
    const row = page.get(after, pageSize);
    if (typeof row?.["text"] !== "string" || typeof row["last"] !== "number") return length;
    length += row["text"].length;
    after = row["last"];
  }
}
