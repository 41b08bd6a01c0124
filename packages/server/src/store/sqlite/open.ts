// Opening a database: settings, version checks, migrations.

import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { MIGRATIONS } from "../migrations/index.ts";
import { sqliteError } from "./errors.ts";

/** Marks our files, so that another program's database is not taken for ours: "Sync". */
const APPLICATION_ID = 0x53796e63;
/** Older SQLite versions can corrupt a write-ahead log: see the release notes of 3.51.3. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** @throws {SynclineError} `unavailable`, or `database_…` for a file that cannot be used */
export function openDatabase(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") makePrivate(path);
    db = new DatabaseSync(path);
    db.exec("PRAGMA busy_timeout = 5000");
    checkLibrary(db);
    checkFile(db);
    // What is deleted is overwritten, and not left in a page until that is used again.
    db.exec("PRAGMA secure_delete = ON");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000");
    migrate(db);
    return db;
  } catch (thrown) {
    db?.close();
    throw openingError(thrown, path);
  }
}

/** The database, and what SQLite lays beside it with the same rights, is read by its owner alone; a new folder, too. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
  try {
    chmodSync(path, 0o600);
  } catch (thrown) {
    // Another user's file, which this one may write: its owner has said so.
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EPERM")) throw thrown;
  }
}

/**
 * What a database's schema is, and what opening it would do to it. Changes nothing.
 * @throws {SynclineError} `unavailable`, or `database_…` for a file that cannot be used
 */
export function readSchema(path: string): { version: number; pending: readonly string[] } {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    checkFile(db);
    const version = pragma(db, "user_version");
    return { version, pending: MIGRATIONS.slice(version).map(({ name }) => name) };
  } catch (thrown) {
    throw openingError(thrown, path);
  } finally {
    db?.close();
  }
}

function openingError(thrown: unknown, path: string): unknown {
  const error = sqliteError(thrown);
  if (
    error instanceof Error &&
    "code" in error &&
    ["EACCES", "EROFS", "EPERM"].includes(String(error.code))
  ) {
    return new SynclineError("database_readonly", `The folder of ${path} cannot be written.`, {
      cause: error,
    });
  }
  if (
    error instanceof Error &&
    "code" in error &&
    ["ENOTDIR", "EEXIST", "EISDIR"].includes(String(error.code))
  ) {
    return new SynclineError(
      "unavailable",
      `There can be no database at ${path}: a file is in the way.`,
      { cause: error },
    );
  }
  return error;
}

function checkLibrary(db: DatabaseSync): void {
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const parts = version.split(".").map(Number);
  for (const [i, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0;
    if (part > oldest) return;
    if (part < oldest) {
      throw new SynclineError(
        "unavailable",
        `This Node brings SQLite ${version}, which can damage its files; use one with ${OLDEST_SQLITE.join(".")} or newer.`,
      );
    }
  }
}

function checkFile(db: DatabaseSync): void {
  const id = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  const tables = Number(db.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"]);
  if (id !== APPLICATION_ID && (id !== 0 || tables > 0)) {
    throw new SynclineError("database_corrupt", "This is a database of another program.");
  }
  if (version > MIGRATIONS.length) {
    throw new SynclineError(
      "database_newer",
      `The database has schema ${version}, this program knows up to ${MIGRATIONS.length}: start the version that wrote it.`,
    );
  }
}

function migrate(db: DatabaseSync): void {
  if (pragma(db, "user_version") === MIGRATIONS.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have migrated while this one waited for the lock.
    for (let version = pragma(db, "user_version"); version < MIGRATIONS.length; version++) {
      db.exec(MIGRATIONS[version]?.sql ?? "");
    }
    db.exec(
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`,
    );
    db.exec("COMMIT");
  } catch (thrown) {
    db.exec("ROLLBACK");
    throw thrown;
  }
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
