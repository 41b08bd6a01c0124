// The store on SQLite: one file, node:sqlite, acknowledged means on disk.

import type { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { createSqlAccounts } from "../account-rows.ts";
import { createSqlAudit } from "../audit-rows.ts";
import { createSqlConsumers } from "../consumer-rows.ts";
import { createSqlDevices } from "../device-rows.ts";
import { createSqlErasure } from "../erasure-rows.ts";
import { createSqlLocks } from "../lock-rows.ts";
import type { Member, MigrationStep, Role, Store } from "../port.ts";
import {
  type ClientColumns,
  grownLineage,
  isLastOwner,
  placesOf,
  type RecordRow,
  type SpaceRow,
  toClient,
  toHead,
  toRecord,
} from "../rows.ts";
import { createSqlSettings } from "../settings.ts";
import { createSqlSharing } from "../sharing-rows.ts";
import { backupDatabase } from "./backup.ts";
import { checkDatabase } from "./check.ts";
import { all, createCommitter, one } from "./commit.ts";
import { createCompactor } from "./compact.ts";
import { consumerSql, NOW } from "./consumers.ts";
import { named, sqliteError } from "./errors.ts";
import { readFigures } from "./figures.ts";
import { createHistoryReader } from "./history.ts";
import { holdDatabase } from "./lock.ts";
import { openDatabase } from "./open.ts";
import { createPageReader } from "./pages.ts";
import { createProbe } from "./probe.ts";

export interface SqliteStoreOptions {
  /** The database file; it is made where there is none. `:memory:` forgets everything on close. */
  readonly path: string;
  /** `migrate` brings the database up to date; `write` and `read` want it so. `migrate` where left out. */
  readonly mode?: "migrate" | "write" | "read";
  /** Told of each migration. */
  migrated?(step: MigrationStep): void;
}

/**
 * Opens a database, and holds it: until it is closed, no backup is put in its place. Several processes may have it open: nothing is cached between
 * calls, and every commit reads what it builds on inside its own transaction.
 * @throws {SynclineError} `database_newer`, `database_corrupt`, `database_readonly`, `unavailable`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, mode } = options;
  const lock = path === ":memory:" || mode === "read" ? undefined : holdDatabase(path);
  let db: DatabaseSync;
  try {
    db = openDatabase(path, options);
  } catch (thrown) {
    lock?.release();
    throw thrown;
  }
  const commit = createCommitter(db);
  const readPage = createPageReader(db);
  const { history, recordAt } = createHistoryReader(db);
  const compact = createCompactor(db);
  const statements = {
    head: db.prepare("SELECT * FROM spaces WHERE space = ?"),
    record: db.prepare(
      "SELECT collection, id, stamp, created_stamp, version, body, rest FROM records WHERE space = ? AND collection = ? AND id = ?",
    ),
    // By records_number.
    numbered: db.prepare(
      "SELECT stamp FROM records WHERE space = ? AND collection = ? AND version = ? AND version > 1 AND stamp = created_stamp",
    ),
    // By records_collection_stamp: nothing is numbered before it.
    first: db.prepare(
      "SELECT stamp FROM records WHERE space = ? AND collection = ? ORDER BY stamp LIMIT 1",
    ),
    client: db.prepare(
      "SELECT client_id, user_id, last_mutation, recent, seen_at_ms FROM clients WHERE space = ? AND client_id IN (?, ?) AND user_id = ?",
    ),
    spaces: db.prepare("SELECT * FROM spaces WHERE space > ? ORDER BY space LIMIT ?"),
    // The range of names that begin with "app/": "0" follows "/".
    spacesOfApp: db.prepare(
      "SELECT * FROM spaces WHERE space > ? AND space > ? AND space < ? ORDER BY space LIMIT ?",
    ),
    role: db.prepare("SELECT role FROM members WHERE space = ? AND user_id = ?"),
    members: db.prepare(
      'SELECT user_id AS "userId", role FROM members WHERE space = ? ORDER BY user_id',
    ),
    setRole: db.prepare(
      `INSERT INTO members (space, user_id, role, since_ms) VALUES (?, ?, ?, ${NOW})
       ON CONFLICT (space, user_id) DO UPDATE SET role = excluded.role`,
    ),
    endInvitations: db.prepare("DELETE FROM invitations WHERE space = ? AND by_user = ?"),
    owned: db.prepare("SELECT count(*) AS count FROM members WHERE user_id = ? AND role = 'owner'"),
    removeRole: db.prepare("DELETE FROM members WHERE space = ? AND user_id = ?"),
    rotate: db.prepare("UPDATE spaces SET epoch = ?, lineage = ? WHERE space = ?"),
  };
  const probe = createProbe(db, path);
  let closed = false;
  /** Runs work on the open database; what goes wrong has a name. */
  async function run<Result>(work: () => Result): Promise<Result> {
    if (closed) throw new SynclineError("unavailable", "The database is closed.");
    return named(work);
  }
  const sql = consumerSql(db, { run, acknowledged: "disk" });
  // Done once more where it was not kept: a power cut makes background work repeat itself, as a kill does.
  const forgetful = consumerSql(db, { run, acknowledged: "order" });
  const accounts = createSqlAccounts(sql, "substr(space, instr(space, '/') + 1)");
  const close = async () => {
    if (closed) return;
    closed = true;
    db.close();
    lock?.release();
  };
  return {
    commit: (units) => run(() => commit(units)),
    page: (request) => run(() => readPage(request)),
    head: (space) =>
      run(() => {
        const row = one<SpaceRow>(statements.head, space);
        return row && toHead(row);
      }),
    record: (space, { collection, id }) =>
      run(() => {
        const row = one<RecordRow>(statements.record, space, collection, id);
        return row && toRecord(row);
      }),
    stampOfNumber: (space, collection, number) =>
      run(() =>
        number === 1
          ? one<{ stamp: number }>(statements.first, space, collection)?.stamp
          : one<{ stamp: number }>(statements.numbered, space, collection, number)?.stamp,
      ),
    recordAt: (space, key, stamp) => run(() => recordAt(space, key, stamp)),
    history: (query) => run(() => history(query)),
    client: (space, key) =>
      run(() => {
        const row = one<ClientColumns>(statements.client, space, ...placesOf(key), key.userId);
        return row && toClient(row);
      }),
    spaces: ({ after, limit, app }) =>
      run(() => {
        const rows =
          app === undefined
            ? all<SpaceRow>(statements.spaces, after, limit)
            : all<SpaceRow>(statements.spacesOfApp, after, `${app}/`, `${app}0`, limit);
        return rows.map(toHead);
      }),
    role: (space, userId) => run(() => one<{ role: Role }>(statements.role, space, userId)?.role),
    roles: (asked) =>
      run(() =>
        asked.map(({ space, userId }) => one<{ role: Role }>(statements.role, space, userId)?.role),
      ),
    members: (space) =>
      run(() => all<Member>(statements.members, space).map((member) => ({ ...member }))),
    setRole: (space, userId, role) =>
      run(() => {
        db.exec("BEGIN IMMEDIATE");
        try {
          const owners = all<Member>(statements.members, space).flatMap((member) =>
            member.role === "owner" ? [member.userId] : [],
          );
          const stays = role === "owner" || !isLastOwner(space, owners, userId);
          if (stays && role === null) statements.removeRole.run(space, userId);
          else if (stays && role !== null) statements.setRole.run(space, userId, role);
          if (stays && role !== "owner") statements.endInvitations.run(space, userId);
          db.exec("COMMIT");
          return stays;
        } catch (thrown) {
          if (db.isTransaction) db.exec("ROLLBACK");
          throw thrown;
        }
      }),
    owned: (userId) => run(() => one<{ count: number }>(statements.owned, userId)?.count ?? 0),
    consumers: createSqlConsumers(forgetful),
    settings: createSqlSettings(sql.query),
    sharing: createSqlSharing(sql, ""),
    audit: createSqlAudit(sql.query),
    locks: createSqlLocks(sql),
    devices: createSqlDevices(sql.query),
    accounts: {
      ...accounts,
      async remove(userId, spaceName) {
        await accounts.remove(userId, spaceName);
        // The log holds what was there before. Somebody who reads at this moment leaves that to the next one.
        await run(() => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
      },
    },
    compact: async (space, horizon) => {
      try {
        return await run(() => compact(space, horizon));
      } catch (thrown) {
        throw sqliteError(thrown);
      }
    },
    rotateEpoch: (space, epoch, devices) =>
      run(() => {
        const row = one<SpaceRow>(statements.head, space);
        if (row === undefined) return;
        const lineage = JSON.stringify(grownLineage(toHead(row), devices));
        statements.rotate.run(epoch, lineage, space);
      }),
    backup: async (path) => {
      try {
        await run(() => backupDatabase(db, path));
      } catch (thrown) {
        throw sqliteError(thrown);
      }
    },
    ...createSqlErasure(sql),
    probe: () => run(probe),
    figures: async () => await run(() => readFigures(db)),
    load: () => ({ connections: closed ? 0 : 1, idle: 0, waiting: 0 }),
    check: () => run(() => checkDatabase(db)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
