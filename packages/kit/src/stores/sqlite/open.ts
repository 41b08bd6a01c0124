// Opening an event database: settings, tables, and names for what can go wrong.

import { DatabaseSync } from "node:sqlite";
import { isSynclineError, SynclineError } from "@syncline/core";

/** The original's table, so that its files can be opened here, and ours there; and one of our own. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS events (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    aggregate_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    data TEXT,
    metadata TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  );
  CREATE INDEX IF NOT EXISTS idx_aggregate_id ON events (aggregate_id);
  CREATE TABLE IF NOT EXISTS syncline_checkpoints (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;`;

const COLUMNS = ["version", "id", "aggregate_id", "event_type", "data", "metadata"];

const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** @throws {SynclineError} `storage_unavailable`, `database_corrupt`, `database_readonly` */
export function openDatabase(path: string, synchronous: "full" | "normal"): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec(`PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -20000`);
    checkColumns(db);
    db.exec(TABLES);
    return db;
  } catch (thrown) {
    db?.close();
    throw databaseError(thrown);
  }
}

/** The named error for what node:sqlite threw. */
export function databaseError(thrown: unknown): unknown {
  if (isSynclineError(thrown) || !(thrown instanceof Error)) return thrown;
  const code =
    "errcode" in thrown && typeof thrown.errcode === "number" ? thrown.errcode & 0xff : undefined;
  const options = { cause: thrown };
  if (code === FULL) return new SynclineError("storage_full", undefined, options);
  if (code === READONLY) return new SynclineError("database_readonly", undefined, options);
  if (code === CORRUPT || code === NOTADB)
    return new SynclineError("database_corrupt", undefined, options);
  return new SynclineError(
    "storage_unavailable",
    "The event database cannot be used now.",
    options,
  );
}

function checkColumns(db: DatabaseSync): void {
  const names = db
    .prepare("PRAGMA table_info(events)")
    .all()
    .map(({ name }) => name);
  // No table at all is about to be made.
  if (names.length === 0) return;
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing === undefined) return;
  throw new SynclineError(
    "database_corrupt",
    `The file has a table "events" of another program: it has no column ${missing}.`,
  );
}
