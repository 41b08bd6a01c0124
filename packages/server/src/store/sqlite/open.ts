// Opening a database: settings, version checks, migrations.

import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { SynclineError } from "@syncline/core";
import { MIGRATIONS } from "../migrations/index.ts";
import type { MigrationStep } from "../port.ts";
import { refuseOlder } from "../schema.ts";
import { sqliteError } from "./errors.ts";

/** Marks our files, so that another program's database is not taken for ours: "Sync". */
const APPLICATION_ID = 0x53796e63;
/** Older SQLite versions can corrupt a write-ahead log: see the release notes of 3.51.3. */
const OLDEST_SQLITE = [3, 51, 3] as const;

export interface OpenOptions {
  /**
   * `migrate` makes a database where there is none, and brings an old one up to date; `write` and `read` want one of
   * this program's schema; `copy` reads one of any older schema too, and `backup` a file that nobody writes to.
   * `migrate` where left out.
   */
  readonly mode?: "migrate" | "write" | "read" | "copy" | "backup";
  /** The schema that a new database gets; this program's where left out. */
  readonly schema?: number;
  /** Told of each migration of a database that is there already. */
  migrated?(step: MigrationStep): void;
}

/** @throws {SynclineError} `unavailable`, or `database_…` for a file that cannot be used */
export function openDatabase(path: string, options: OpenOptions = {}): DatabaseSync {
  const { mode = "migrate" } = options;
  const readOnly = mode !== "migrate" && mode !== "write";
  let db: DatabaseSync | undefined;
  try {
    refuseEmpty(path);
    if (path !== ":memory:" && !readOnly) makePrivate(path);
    db = new DatabaseSync(mode === "backup" ? unchanging(path) : path, { readOnly });
    db.exec("PRAGMA busy_timeout = 5000");
    checkLibrary(db);
    checkFile(db);
    if (mode === "read" || (mode === "write" && !isNew(db)))
      refuseOlder(path, schemaVersion(db), MIGRATIONS.length);
    db.exec("PRAGMA cache_size = -32000");
    if (readOnly) return db;
    // What is deleted is overwritten, and not left in a page until that is used again.
    db.exec("PRAGMA secure_delete = ON");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(db, options);
    return db;
  } catch (thrown) {
    db?.close();
    throw openingError(thrown, path);
  }
}

/** The database, and what SQLite lays beside it with the same rights, is read by its owner alone; a new folder, too. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  try {
    chmodSync(path, 0o600);
  } catch (thrown) {
    // Another user's file, or one on a medium that is read only: whose it is has said who may do what.
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code !== "EPERM" && code !== "EROFS") throw thrown;
  }
}

/**
 * What a database's schema is, and what opening it would do to it. Changes nothing.
 * @throws {SynclineError} `unavailable`, or `database_…` for a file that cannot be used
 */
export function readSchema(path: string): { version: number; pending: readonly string[] } {
  const db = openDatabase(path, { mode: "copy" });
  try {
    const version = schemaVersion(db);
    return { version, pending: MIGRATIONS.slice(version).map(({ name }) => name) };
  } finally {
    db.close();
  }
}

export function schemaVersion(db: DatabaseSync): number {
  return pragma(db, "user_version");
}

/** Nothing is made beside such a file, whose folder need not be writable; what lies in its log is read with it. */
function unchanging(path: string): string | URL {
  return existsSync(`${path}-wal`) ? path : new URL("?immutable=1", pathToFileURL(path));
}

/** @throws {SynclineError} `database_corrupt`: no program of ours leaves a file without a byte in it */
function refuseEmpty(path: string): void {
  if (path === ":memory:" || !existsSync(path) || statSync(path).size > 0) return;
  throw new SynclineError(
    "database_corrupt",
    `${path} is empty: it holds no database. Remove it where there never was one.`,
  );
}

export function openingError(thrown: unknown, path: string): unknown {
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
  const version = schemaVersion(db);
  if (id !== APPLICATION_ID && (id !== 0 || countTables(db) > 0)) {
    throw new SynclineError("database_corrupt", "This is a database of another program.");
  }
  if (version > MIGRATIONS.length) {
    throw new SynclineError(
      "database_newer",
      `The database has schema ${version}, this program knows up to ${MIGRATIONS.length}: start the version that wrote it.`,
    );
  }
}

/** One that is being made: nothing is in it yet. */
function isNew(db: DatabaseSync): boolean {
  return schemaVersion(db) === 0 && countTables(db) === 0;
}

function countTables(db: DatabaseSync): number {
  return Number(db.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"]);
}

function migrate(
  db: DatabaseSync,
  { schema: wanted = MIGRATIONS.length, migrated }: OpenOptions,
): void {
  if (schemaVersion(db) >= wanted) return;
  const steps: MigrationStep[] = [];
  const isUpgrade = !isNew(db);
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have migrated while this one waited for the lock.
    for (let version = schemaVersion(db); version < wanted; version++) {
      const { name = "", sql = "" } = MIGRATIONS[version] ?? {};
      const began = performance.now();
      db.exec(sql);
      steps.push({ schema: version + 1, name, ms: performance.now() - began });
    }
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${wanted}`);
    db.exec("COMMIT");
  } catch (thrown) {
    db.exec("ROLLBACK");
    throw thrown;
  }
  if (isUpgrade) for (const step of steps) migrated?.(step);
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
