// The store on PostgreSQL: any number of nodes on one database; the space's row is its lock.

import { randomUUID } from "node:crypto";
import { createSqlAccounts } from "../account-rows.ts";
import { createSqlAudit } from "../audit-rows.ts";
import { type ConsumerSql, createSqlConsumers } from "../consumer-rows.ts";
import { createSqlDevices } from "../device-rows.ts";
import { createSqlErasure } from "../erasure-rows.ts";
import { createSqlLocks } from "../lock-rows.ts";
import type { Member, Role, Store } from "../port.ts";
import {
  type ClientColumns,
  isLastOwner,
  placesOf,
  type RecordRow,
  type SpaceRow,
  toClient,
  toHead,
  toRecord,
} from "../rows.ts";
import { createSqlSettings } from "../settings.ts";
import { createSqlSharing, endingInvitations } from "../sharing-rows.ts";
import { backupToSqlite } from "./backup.ts";
import { checkDatabase } from "./check.ts";
import { commitUnits } from "./commit.ts";
import { compactSpace } from "./compact.ts";
import { openDatabase, type PostgresStoreOptions } from "./database.ts";
import { readFigures } from "./figures.ts";
import { readHistory, readRecordAt } from "./history.ts";
import { type DatabaseLock, holdDatabase } from "./hold.ts";
import { makeSchema, migrate, refuseOlder } from "./migrate.ts";
import type { PostgresMigration } from "./migrations.ts";
import { refuseHalfMoved } from "./moving.ts";
import { readPage } from "./pages.ts";
import { rotateEpoch } from "./rotate-epoch.ts";

export type { PostgresOptions, PostgresStoreOptions } from "./database.ts";

/** While one transaction waits for the disk, others may do their work. */
const PARALLEL_COMMITS = 4;

/**
 * Opens a database, and holds it: until it is closed, nothing is restored into it.
 * @param migrations for tests of upgrades: those of another version
 * @throws {SynclineError} `unavailable`, `database_newer`
 */
export async function openPostgresStore(
  options: PostgresStoreOptions,
  migrations?: readonly PostgresMigration[],
): Promise<Store> {
  const { mode = "migrate" } = options;
  const database = await openDatabase(options);
  let lock: DatabaseLock | undefined;
  try {
    lock = mode === "read" ? undefined : await holdDatabase(options);
    if (mode === "migrate") {
      if (options.schema !== undefined) await makeSchema(database, options.schema);
      await migrate(database, migrations, options.migrated);
    } else await refuseOlder(database, migrations);
    await refuseHalfMoved(database);
  } catch (thrown) {
    await lock?.release();
    await database.close();
    throw thrown;
  }
  async function close(): Promise<void> {
    await database.close();
    await lock?.release();
  }
  const { query } = database;
  const probeId = randomUUID();
  const consumerSql: ConsumerSql = {
    query,
    guarded: (statements) =>
      database.transaction("write", async (session) => {
        for (const [i, [text, values]] of statements.entries()) {
          const rows = await session.query(text, values);
          if (i === 0 && rows.length === 0) return false;
        }
        return true;
      }),
    now: "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
    isOneOf: (expression, parameter) =>
      `${expression} IN (SELECT jsonb_array_elements_text(${parameter}::jsonb))`,
    appOf: "split_part(s.space, '/', 1)",
    // For this transaction only. The log keeps its order: what was committed later and waited for comes after it.
    unwaited: "set_config('synchronous_commit', 'off', true) = 'off'",
  };
  return {
    parallelCommits: PARALLEL_COMMITS,
    async commit(units) {
      const refusal = lock?.refusal();
      if (refusal !== undefined) throw refusal;
      return await commitUnits(database, units);
    },
    page: (request) => readPage(database, request),
    async head(space) {
      const [row] = await query<SpaceRow>("SELECT * FROM spaces WHERE space = $1", [space]);
      return row && toHead(row);
    },
    async record(space, { collection, id }) {
      const [row] = await query<RecordRow>(
        "SELECT collection, id, stamp, created_stamp, version, body, rest FROM records WHERE space = $1 AND collection = $2 AND id = $3",
        [space, collection, id],
      );
      return row && toRecord(row);
    },
    async stampOfNumber(space, collection, number) {
      const [row] = await query<{ stamp: number }>(
        number === 1
          ? // By records_collection_stamp: nothing is numbered before it.
            "SELECT stamp FROM records WHERE space = $1 AND collection = $2 AND stamp > 0 ORDER BY stamp LIMIT 1"
          : // By records_number.
            "SELECT stamp FROM records WHERE space = $1 AND collection = $2 AND version = $3 AND version > 1 AND stamp = created_stamp",
        number === 1 ? [space, collection] : [space, collection, number],
      );
      return row?.stamp;
    },
    recordAt: (space, key, stamp) =>
      database.transaction("snapshot", (session) => readRecordAt(session, space, key, stamp)),
    history: (wanted) => readHistory(database, wanted),
    async client(space, key) {
      const [row] = await query<ClientColumns>(
        "SELECT client_id, user_id, last_mutation, recent, seen_at_ms FROM clients WHERE space = $1 AND client_id IN ($2, $3) AND user_id = $4",
        [space, ...placesOf(key), key.userId],
      );
      return row && toClient(row);
    },
    async spaces({ after, limit, app }) {
      // The range of names that begin with "app/": "0" follows "/".
      const rows = await query<SpaceRow>(
        "SELECT * FROM spaces WHERE space > $1 AND ($3::text IS NULL OR (space > $3 || '/' AND space < $3 || '0')) ORDER BY space LIMIT $2",
        [after, limit, app ?? null],
      );
      return rows.map(toHead);
    },
    async role(space, userId) {
      const [row] = await query<{ role: Role }>(
        "SELECT role FROM members WHERE space = $1 AND user_id = $2",
        [space, userId],
      );
      return row?.role;
    },
    async roles(asked) {
      if (asked.length === 0) return [];
      // By its key: space and user.
      const rows = await query<{ nth: number; role: Role }>(
        `SELECT a.nth::int AS nth, m.role FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a(space, user_id, nth)
         JOIN members m ON m.space = a.space AND m.user_id = a.user_id`,
        [asked.map(({ space }) => space), asked.map(({ userId }) => userId)],
      );
      const roles = new Map(rows.map(({ nth, role }) => [nth, role]));
      return asked.map((_one, index) => roles.get(index + 1));
    },
    members: async (space) =>
      await query<Member>(
        'SELECT user_id AS "userId", role FROM members WHERE space = $1 ORDER BY user_id',
        [space],
      ),
    setRole: (space, userId, role) =>
      database.transaction("write", async (session) => {
        // Who takes another owner away at the same moment waits here, and then finds one owner less.
        // All of them: somebody else may become the owner meanwhile.
        const there = await session.query<Member>(
          'SELECT user_id AS "userId", role FROM members WHERE space = $1 ORDER BY user_id FOR UPDATE',
          [space],
        );
        const names = there.flatMap((one) => (one.role === "owner" ? [one.userId] : []));
        if (role !== "owner" && isLastOwner(space, names, userId)) return false;
        if (role === null)
          await session.query("DELETE FROM members WHERE space = $1 AND user_id = $2", [
            space,
            userId,
          ]);
        else
          await session.query(
            `INSERT INTO members (space, user_id, role, since_ms) VALUES ($1, $2, $3, ${consumerSql.now})
             ON CONFLICT (space, user_id) DO UPDATE SET role = excluded.role`,
            [space, userId, role],
          );
        for (const [text, values] of endingInvitations(space, userId, role))
          await session.query(text, values);
        return true;
      }),
    async owned(userId) {
      const [row] = await query<{ count: number }>(
        "SELECT count(*) AS count FROM members WHERE user_id = $1 AND role = 'owner'",
        [userId],
      );
      return row?.count ?? 0;
    },
    consumers: createSqlConsumers(consumerSql),
    settings: createSqlSettings(query),
    sharing: createSqlSharing(consumerSql, " FOR UPDATE"),
    audit: createSqlAudit(query),
    locks: createSqlLocks(consumerSql),
    devices: createSqlDevices(query),
    accounts: createSqlAccounts(consumerSql, "split_part(space, '/', 2)"),
    compact: (space, horizon) => compactSpace(database, space, horizon),
    rotateEpoch: (space, epoch, devices) => rotateEpoch(database, { space, epoch, devices }),
    backup: (path) => backupToSqlite(database, path),
    ...createSqlErasure(consumerSql),
    figures: () => database.transaction("snapshot", readFigures),
    load: database.load,
    async probe() {
      const refusal = lock?.refusal();
      if (refusal !== undefined) throw refusal;
      await database.transaction("write", async (session) => {
        const name = `/probe-${probeId}`; // which no space has
        await session.query(
          "INSERT INTO spaces (space, epoch, created_at_ms) VALUES ($1, '', 0) ON CONFLICT DO NOTHING",
          [name],
        );
        await session.query("DELETE FROM spaces WHERE space = $1", [name]);
      });
    },
    check: () => checkDatabase(database),
    close,
    [Symbol.asyncDispose]: close,
  };
}
