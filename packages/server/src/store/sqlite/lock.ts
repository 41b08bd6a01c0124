// The lock on a database file: held by whoever may write to it, asked for by whoever puts another file in its place.
// It lies beside the database, as a SQLite file of its own: SQLite's locks work across processes, and the system lets
// go of them when a process ends, however it ends. The database itself could not say it: it may be damaged, or gone.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { openingError } from "./open.ts";

export interface FileLock {
  release(): void;
}

const BUSY = 5;
const SUFFIX = "-lock";

/**
 * For whoever works on a database, together with others.
 * @throws {SynclineError} `unavailable` while another file is put in its place
 */
export function holdDatabase(path: string): FileLock {
  const lock = take(path, "BEGIN; SELECT count(*) FROM sqlite_schema");
  if (lock !== undefined) return lock;
  throw new SynclineError(
    "unavailable",
    `A backup is being restored to ${path}: wait until it is done.`,
    { retryAfter: 5 },
  );
}

/**
 * For whoever replaces a database: alone.
 * @throws {SynclineError} `conflict` while somebody works on it
 */
export function takeDatabase(path: string): FileLock {
  const lock = take(path, "BEGIN EXCLUSIVE");
  if (lock !== undefined) return lock;
  throw new SynclineError(
    "conflict",
    `A server or a command has ${path} open: stop it first. Nothing was changed.`,
  );
}

function take(path: string, sql: string): FileLock | undefined {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const held = new DatabaseSync(`${path}${SUFFIX}`);
    db = held;
    held.exec(sql);
    return { release: () => held.close() };
  } catch (thrown) {
    db?.close();
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === BUSY) return undefined;
    throw openingError(thrown, path);
  }
}
