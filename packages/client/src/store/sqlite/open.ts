// Opening a device's database: settings, migrations, and names for what can go wrong.

import { DatabaseSync } from "node:sqlite";
import { isSynclineError, SynclineError } from "@syncline/core";
import { addKeyFunction } from "./indexes.ts";

/** Marks our files: "SynD". */
const APPLICATION_ID = 0x53796e44;

/** In order; a released one is never edited: a change is a new entry. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE device (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     client_id TEXT NOT NULL,
     user_id TEXT,
     clock_ms INTEGER NOT NULL,
     clock_counter INTEGER NOT NULL
   ) STRICT;
   -- A generation is a whole copy of a space's records: a replacing catch-up fills a new one, and the last
   -- page makes it the current one.
   CREATE TABLE spaces (
     space TEXT PRIMARY KEY,
     cursor TEXT,
     scope TEXT NOT NULL DEFAULT 'all',
     next_mutation INTEGER NOT NULL DEFAULT 1,
     digests TEXT NOT NULL DEFAULT '{}',
     generation INTEGER NOT NULL,
     staged_generation INTEGER,
     staged_cursor TEXT,
     staged_replace INTEGER NOT NULL DEFAULT 0,
     staged_count INTEGER NOT NULL DEFAULT 0,
     staged_gone TEXT NOT NULL DEFAULT '[]'
   ) STRICT;
   CREATE TABLE generations (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
   CREATE TABLE records (
     generation INTEGER NOT NULL,
     collection TEXT NOT NULL,
     id TEXT NOT NULL,
     stamp INTEGER NOT NULL,
     deleted INTEGER NOT NULL,
     wire TEXT NOT NULL,
     PRIMARY KEY (generation, collection, id)
   ) STRICT;
   CREATE TABLE outbox (
     space TEXT NOT NULL,
     id INTEGER NOT NULL,
     mutation TEXT NOT NULL,
     state TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     PRIMARY KEY (space, id)
   ) STRICT;
   CREATE TABLE inbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     space TEXT NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;`,
  // Several instances on one file: what makes their drafts outdated is counted, and one of them leads.
  `ALTER TABLE spaces ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE lead (one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL) STRICT;`,
  "CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
  // Who appends next.
  "CREATE TABLE turns (space TEXT PRIMARY KEY, holder TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT",
];

/** SQLite's page size where none is set. */
const PAGE_BYTES = 4_096;

const FULL = 13;
const CORRUPT = 11;
const NOTADB = 26;

/** @throws {SynclineError} `storage_unavailable`, `database_newer`, `database_corrupt` */
export function openDatabase(path: string, maxBytes?: number): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    addKeyFunction(db);
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(db);
    if (maxBytes !== undefined)
      db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
    return db;
  } catch (thrown) {
    db?.close();
    throw localError(thrown);
  }
}

function migrate(db: DatabaseSync): void {
  const version = pragma(db, "user_version");
  const id = pragma(db, "application_id");
  if (id !== APPLICATION_ID && (id !== 0 || version !== 0)) {
    throw new SynclineError("database_corrupt", "This is a database of another program.");
  }
  if (version > MIGRATIONS.length) {
    throw new SynclineError(
      "database_newer",
      "A newer version of the app wrote this database: update the app.",
    );
  }
  if (version === MIGRATIONS.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    for (let next = pragma(db, "user_version"); next < MIGRATIONS.length; next++)
      db.exec(MIGRATIONS[next] ?? "");
    db.exec(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`,
    );
    db.exec("COMMIT");
  } catch (thrown) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw thrown;
  }
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** The named error for what node:sqlite threw. */
export function localError(thrown: unknown): unknown {
  if (isSynclineError(thrown) || !(thrown instanceof Error)) return thrown;
  const code =
    "errcode" in thrown && typeof thrown.errcode === "number" ? thrown.errcode & 0xff : undefined;
  const options = { cause: thrown };
  if (code === FULL) return new SynclineError("storage_full", undefined, options);
  if (code === CORRUPT || code === NOTADB)
    return new SynclineError("database_corrupt", undefined, options);
  return new SynclineError("storage_unavailable", undefined, options);
}
