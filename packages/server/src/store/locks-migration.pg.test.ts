// Accounts that were locked before there was a table of locks stay locked, and have their passwords again.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { expect, test } from "vitest";
import { startTestPostgres } from "../testing/postgres.ts";
import { openPostgresStore, openSqliteStore } from "./index.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Store } from "./port.ts";
import { POSTGRES_MIGRATIONS } from "./postgres/migrations.ts";

/** The schema before. */
const BEFORE = 10;
const ACCOUNTS =
  "INSERT INTO accounts (user_id, email, secret, created_at_ms) VALUES ('ana', 'ana@example.org', '!$hash', 1), ('bob', 'bob@example.org', '$other', 1)";

async function expectMoved(store: Store): Promise<void> {
  expect(await store.locks.all()).toEqual([{ userId: "ana", sinceMs: 0 }]);
  const secrets = [await store.accounts.byUser("ana"), await store.accounts.byUser("bob")];
  expect(secrets.map((row) => row?.secret)).toEqual(["$hash", "$other"]);
  await store.close();
}

test("on a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-locks-"));
  const path = join(folder, "syncline.db");
  const db = new DatabaseSync(path);
  for (const { sql } of MIGRATIONS.slice(0, BEFORE)) db.exec(sql);
  db.exec(`PRAGMA application_id = ${0x53796e63}; PRAGMA user_version = ${BEFORE}`);
  db.exec(ACCOUNTS);
  db.close();
  await expectMoved(await openSqliteStore({ path }));
  await rm(folder, { recursive: true, force: true });
});

test("on PostgreSQL", async () => {
  const postgres = await startTestPostgres();
  try {
    const url = await postgres.database();
    await (await openPostgresStore({ url }, POSTGRES_MIGRATIONS.slice(0, BEFORE))).close();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(ACCOUNTS);
    await client.end();
    await expectMoved(await openPostgresStore({ url }));
  } finally {
    await postgres.stop();
  }
}, 60_000);
