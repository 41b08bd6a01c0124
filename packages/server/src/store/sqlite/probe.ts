// Whether a write would succeed now: found out by one, which leaves nothing behind.

import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";

/** A name that no space has. */
const SPACE = "/probe";
/** Whoever holds the lock for longer keeps everybody from writing. */
const PATIENCE_MS = 500;
const BUSY_MS = 5_000;

/**
 * @param path where the database was opened
 * @returns a function that throws what would come of a commit
 */
export function createProbe(db: DatabaseSync, path: string): () => void {
  const opened = path === ":memory:" ? undefined : statSync(path).ino;
  const insert = db.prepare("INSERT INTO spaces (space, epoch, created_at_ms) VALUES (?, '', 0)");
  const remove = db.prepare("DELETE FROM spaces WHERE space = ?");
  return () => {
    if (opened !== undefined && statSync(path, { throwIfNoEntry: false })?.ino !== opened) {
      throw new SynclineError(
        "unavailable",
        "The database file was moved or removed: start the server again.",
      );
    }
    db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}`);
    try {
      db.exec("BEGIN IMMEDIATE");
      insert.run(SPACE);
      remove.run(SPACE);
      db.exec("COMMIT");
    } finally {
      // A full disk makes SQLite roll back by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
  };
}
