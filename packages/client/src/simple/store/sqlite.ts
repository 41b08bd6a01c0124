// @syncline/client/simple/sqlite: what a client of simple-sync keeps, in a file of node:sqlite.

import { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { localError } from "../../store/sqlite/open.ts";
import type { SimpleStore, StoredPart } from "./port.ts";

/** Marks our files: "SynS". */
const APPLICATION_ID = 0x53796e53;
const VERSION = 1;
/** After every key of ours that begins with what stands before it. */
const END = "\uffff";

/**
 * Opens a device's file. Several processes may have it open at the same time.
 * @param options.path the file; it is made where there is none. `:memory:` forgets everything on close
 * @throws {SynclineError} `storage_unavailable`, `database_newer`, `database_corrupt`
 */
export async function openSqliteSimpleStore(options: {
  readonly path: string;
}): Promise<SimpleStore> {
  const db = openFile(options.path);
  const select = db.prepare("SELECT key, text FROM parts WHERE key >= ? AND key < ? ORDER BY key");
  const dropAll = db.prepare("DELETE FROM parts WHERE key >= ? AND key < ?");
  const removeOne = db.prepare("DELETE FROM parts WHERE key = ?");
  const insert = db.prepare("INSERT OR REPLACE INTO parts (key, text) VALUES (?, ?)");
  let closed = false;

  async function attempt<Result>(work: () => Result): Promise<Result> {
    if (closed) throw new SynclineError("closed");
    try {
      return work();
    } catch (thrown) {
      throw localError(thrown);
    }
  }

  return {
    load: (prefix) => attempt(() => select.all(prefix, prefix + END) as unknown as StoredPart[]), // our own table
    save: ({ drop, remove = [], put = [] }) =>
      attempt(() => {
        db.exec("BEGIN IMMEDIATE");
        try {
          if (drop !== undefined) dropAll.run(drop, drop + END);
          for (const key of remove) removeOne.run(key);
          for (const { key, text } of put) insert.run(key, text);
          db.exec("COMMIT");
        } catch (thrown) {
          // A full disk makes SQLite roll back by itself.
          if (db.isTransaction) db.exec("ROLLBACK");
          throw thrown;
        }
      }),
    async close() {
      if (closed) return;
      closed = true;
      db.close();
    },
  };
}

function openFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    prepare(db);
    return db;
  } catch (thrown) {
    db?.close();
    throw localError(thrown);
  }
}

function prepare(db: DatabaseSync): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  const id = Number(db.prepare("PRAGMA application_id").get()?.["application_id"]);
  if (id !== APPLICATION_ID && (id !== 0 || version !== 0))
    throw new SynclineError("database_corrupt", "This is a database of another program.");
  if (version > VERSION)
    throw new SynclineError(
      "database_newer",
      "A newer version of the app wrote this database: update the app.",
    );
  if (version === VERSION) return;
  db.exec(`BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS parts (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${VERSION};
    COMMIT`);
}
