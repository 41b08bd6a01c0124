// Migrations on a real PostgreSQL: many nodes at once, old and new ones side by side, and nodes that freeze.

import { afterAll, afterEach, describe, expect, test } from "vitest";
import { sharedDatabases } from "../../../../../tests/shared-postgres.ts";
import { startTestServer, type TestServer } from "../../testing/start-server.ts";
import { openDatabase } from "./database.ts";
import { migrate, readSchema } from "./migrate.ts";
import { POSTGRES_MIGRATIONS, type PostgresMigration } from "./migrations.ts";
import { openPostgresStore } from "./postgres-store.ts";

const SECRET = "one secret for the nodes of both versions";
const ours = POSTGRES_MIGRATIONS.length;
const postgres = sharedDatabases();
afterAll(() => postgres.stop());
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What a later version would bring; `worksWith` as it says itself. */
function later(worksWith: number): readonly PostgresMigration[] {
  const sql = `ALTER TABLE records ADD COLUMN colour text; ALTER TABLE spaces ADD COLUMN plan text NOT NULL DEFAULT 'free';
    CREATE INDEX records_colour ON records (space, colour)`;
  return [...POSTGRES_MIGRATIONS, { name: "colours", worksWith, sql }];
}

async function node(url: string, migrations?: readonly PostgresMigration[]): Promise<TestServer> {
  const store = await openPostgresStore({ url }, migrations);
  const server = await startTestServer({ store, server: { auth: { secret: SECRET } } });
  closing.push(() => server.close());
  return server;
}

async function database(url: string) {
  const opened = await openDatabase({ url, lockMs: 300 });
  closing.push(opened.close);
  return opened;
}

async function push(server: TestServer, id: number, clientId: string): Promise<number> {
  const time = `2026-11-20T10:00:00.000Z-${id.toString(16).padStart(4, "0")}-${clientId}`;
  const change = { collection: "todos", id: `${clientId}-${id}`, op: "put", time, fields: { id } };
  const answer = await server.call("alice", "/v1/todo/~/sync", {
    method: "POST",
    body: JSON.stringify({
      clientId,
      now: time,
      cursor: null,
      mutations: [{ id, seen: null, changes: [change] }],
    }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test("every migration leaves the version before it at work", () => {
  for (const [i, { worksWith }] of POSTGRES_MIGRATIONS.entries())
    expect(worksWith).toBeLessThanOrEqual(Math.max(1, i));
});

test("ten nodes that start together migrate once", async () => {
  const url = await postgres.database();
  const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgresStore({ url })));
  closing.push(...stores.map(({ close }) => close));
  const { query } = await database(url);
  const rows = await query<{ version: number }>(
    "SELECT version FROM syncline_migrations ORDER BY version",
  );
  expect(rows.map(({ version }) => version)).toEqual(POSTGRES_MIGRATIONS.map((_, i) => i + 1));
});

test("what is pending is told without being done", async () => {
  const db = await database(await postgres.database());
  const names = POSTGRES_MIGRATIONS.map(({ name }) => name);
  expect(await readSchema(db)).toEqual({ version: 0, pending: names });
  expect(await readSchema(db)).toEqual({ version: 0, pending: names });
  expect(await migrate(db)).toEqual(names);
  expect(await migrate(db)).toEqual([]);
  expect(await readSchema(db)).toEqual({ version: ours, pending: [] });
});

test("[G1] [G3] a rolling upgrade: clients of old and new nodes push through it, and nothing is lost or refused", async () => {
  const url = await postgres.database();
  const old = [await node(url), await node(url)];
  const nodes = [...old];
  const statuses: number[] = [];
  let over = false;
  const clients = ["c1", "c2", "c3"].map(async (clientId, i) => {
    let id = 0;
    while (!over || id < 60) {
      id += 1;
      // As a client does: to another node, until it is answered. A repetition is told from a new mutation.
      for (let tries = 0, status = 0; status !== 200; tries++) {
        const server = nodes[(id + i + tries) % nodes.length];
        status = server === undefined ? 0 : await push(server, id, clientId).catch(() => 0);
        statuses.push(status);
      }
    }
    return id;
  });
  const pushed = (count: number) =>
    expect.poll(() => statuses.length, { timeout: 20_000 }).toBeGreaterThan(count);
  await pushed(30);
  // One after the other is replaced: the new one comes, and then the old one leaves.
  for (const leaving of old) {
    nodes.push(await node(url, later(ours)));
    await pushed(statuses.length + 30);
    nodes.splice(nodes.indexOf(leaving), 1);
    await pushed(statuses.length + 10);
    await leaving.close();
  }
  // And back: a program of before still works on what the new one has made.
  const back = await node(url);
  nodes.push(back);
  await pushed(statuses.length + 30);
  over = true;
  const counts = await Promise.all(clients);
  // A node that leaves refuses, or is gone: nothing else goes wrong.
  expect(statuses.filter((status) => ![200, 503, 0].includes(status))).toEqual([]);
  expect(statuses.filter((status) => status !== 200).length).toBeLessThan(10);
  const head = await back.store.head("todo/~alice");
  expect(head?.tallies["todos"]?.count).toBe(counts.reduce((sum, count) => sum + count, 0));
  expect(await back.store.check()).toEqual([]);
});

test("a program that is too old for the tables does not start, and says so", async () => {
  const url = await postgres.database();
  await (await openPostgresStore({ url }, later(ours + 1))).close();
  await expect(openPostgresStore({ url })).rejects.toMatchObject({
    code: "database_newer",
    message: expect.stringContaining(`schema ${ours + 1}`),
  });
});

describe("[G11] a node that freezes in the middle of a commit", () => {
  test("is parted from its locks, and the space goes on", async () => {
    const url = await postgres.database();
    const server = await node(url);
    expect(await push(server, 1, "c1")).toBe(200);
    const locked = Promise.withResolvers<void>();
    const awake = Promise.withResolvers<void>();
    const frozen = (await database(url)).transaction("write", async ({ query }) => {
      await query("SELECT * FROM spaces FOR UPDATE");
      locked.resolve();
      await awake.promise;
      return await query("UPDATE spaces SET stamp = 1");
    });
    const outcome = expect(frozen).rejects.toMatchObject({ code: "unavailable" });
    await locked.promise;
    expect(await push(server, 2, "c1")).toBe(200);
    awake.resolve();
    await outcome;
    expect((await server.store.head("todo/~alice"))?.tallies["todos"]?.count).toBe(2);
  });
});
