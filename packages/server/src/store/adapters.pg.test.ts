// The store on PostgreSQL against the promises of its port, with a real server.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPostgresBus } from "../bus/postgres.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { startTestPgBouncer, type TestProcess } from "../testing/processes.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { startTestServer } from "../testing/start-server.ts";
import { describeStore } from "./conformance.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { change, commit, put, SPACE, unitOf } from "./sample-commits.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

let postgres: TestPostgres;
const urls = new Map<string, string>();
beforeAll(async () => {
  postgres = await startTestPostgres({ durable: false });
});
afterAll(() => postgres.stop());

describeStore("postgres", {
  async open(folder) {
    const url = await postgres.database();
    urls.set(folder, url);
    return await openPostgresStore({ url });
  },
  reopen: (folder) => openPostgresStore({ url: urls.get(folder) ?? "" }),
  openBackup: (path) => openSqliteStore({ path }),
});

describe("through PgBouncer in transaction mode", () => {
  let pooler: TestProcess;
  beforeAll(async () => {
    pooler = await startTestPgBouncer(await postgres.database());
  });
  afterAll(() => pooler.stop());
  const through = (url: string) => {
    const address = new URL(url);
    address.port = new URL(pooler.url).port;
    return address.href;
  };

  describeStore("postgres behind a pooler", {
    async open(folder) {
      const url = through(await postgres.database());
      urls.set(folder, url);
      return await openPostgresStore({ url });
    },
    reopen: (folder) => openPostgresStore({ url: urls.get(folder) ?? "" }),
    openBackup: (path) => openSqliteStore({ path }),
  });
});

test("a role without the right to make tables is enough, once they are made", async () => {
  const url = await postgres.database();
  await (await openPostgresStore({ url })).close();
  const { default: pg } = await import("pg");
  const owner = new pg.Client(url);
  await owner.connect();
  // As docs/operations.md has it.
  await owner.query(`
    CREATE ROLE syncline_server LOGIN PASSWORD 'secret' NOSUPERUSER NOCREATEDB NOCREATEROLE;
    GRANT USAGE ON SCHEMA public TO syncline_server;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO syncline_server;
    REVOKE INSERT, UPDATE, DELETE ON syncline_migrations FROM syncline_server`);
  await owner.end();
  const address = new URL(url);
  address.username = "syncline_server";
  address.password = "secret";
  const store = await openPostgresStore({ url: address.href });
  await using server = await startTestServer({ store });
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const answer = await server.call("alice", "/v1/todo/~/sync", {
    method: "POST",
    body: JSON.stringify({ clientId: "c1", now: time, cursor: null, mutations: [put1(time)] }),
  });
  expect(await answer.json()).toMatchObject({ results: [{ status: "applied" }] });
  const bus = await openPostgresBus({ url: address.href, key: "a key" });
  await bus.close();
  const own = new pg.Client(address.href);
  await own.connect();
  await expect(own.query("DROP TABLE records")).rejects.toThrow("must be owner");
  await expect(own.query("CREATE TABLE mine ()")).rejects.toThrow("permission denied");
  await own.end();
});

test("[G1] [G3] a server on it syncs, follows and answers repetitions as on any other store", async () => {
  const store = await openPostgresStore({ url: await postgres.database() });
  await using server = await startTestServer({ store });
  const socket = await openRawSocket(server, "alice");
  socket.say({ type: "subscribe", space: "todo/~", cursor: null, clientId: "c2" });
  await socket.next("changes");
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const body = JSON.stringify({
    clientId: "c1",
    now: time,
    cursor: null,
    mutations: Array.from({ length: 3 }, (_, i) => ({
      id: i + 1,
      seen: null,
      changes: [{ collection: "todos", id: "t1", op: "patch", time, fields: { [`f${i}`]: i } }],
    })).map((one, i) => (i === 0 ? put1(time) : one)),
  });
  const push = async () => {
    const answer = await server.call("alice", "/v1/todo/~/sync", { method: "POST", body });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { results: { status: string }[]; changes: object[] };
  };
  expect((await push()).results.map(({ status }) => status)).toEqual(Array(3).fill("applied"));
  const again = await push();
  expect(again.results.map(({ status }) => status)).toEqual(Array(3).fill("duplicate"));
  expect(again.changes).toMatchObject([
    { id: "t1", version: 3, fields: { title: "x", f1: 1, f2: 2 } },
  ]);
  expect(await socket.next("changes")).toMatchObject({ by: { c1: 3 }, changes: [{ id: "t1" }] });
  await socket[Symbol.asyncDispose]();
});

function put1(time: string) {
  const change = { collection: "todos", id: "t1", op: "put", time, fields: { title: "x" } };
  return { id: 1, seen: null, changes: [change] };
}

test("ten nodes that start together migrate once, and commit side by side", async () => {
  const url = await postgres.database();
  const nodes = await Promise.all(
    Array.from({ length: 10 }, () => openPostgresStore({ url, connections: 2 })),
  );
  await Promise.all(nodes.flatMap((node, i) => [put(node, `a${i}`), put(node, `b${i}`, `c${i}`)]));
  const [first] = nodes;
  expect((await first?.head(SPACE))?.tallies["things"]?.count).toBe(30);
  expect(await first?.check()).toEqual([]);
  for (const node of nodes) await node.close();
});

test("commits to several spaces in different orders do not stand in each other's way for ever", async () => {
  const url = await postgres.database();
  const store = await openPostgresStore({ url });
  const spaces = ["app/a", "app/b", "app/c"];
  await Promise.all(
    Array.from({ length: 30 }, (_, i) => {
      const order = i % 2 === 0 ? spaces : spaces.toReversed();
      return store.commit(order.map((space) => unitOf(space, [change("put", `r${i}`)])));
    }),
  );
  for (const space of spaces) expect((await store.head(space))?.tallies["things"]?.count).toBe(30);
  await store.close();
});

test("[ST12] a server that is not there is unavailable, and nothing of the address is told", async () => {
  const opening = openPostgresStore({ url: "postgres://u:secret@127.0.0.1:1/none" });
  await expect(opening).rejects.toMatchObject({ code: "unavailable" });
  await expect(opening).rejects.not.toThrow(/secret|127/);
});

test("[ST12] a database that a newer version wrote is refused by name", async () => {
  const url = await postgres.database();
  const store = await openPostgresStore({ url });
  await commit(store, [change("put", "a")]);
  await store.close();
  const { default: pg } = await import("pg");
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    "INSERT INTO syncline_migrations (version, name, works_with) VALUES (99, 'later', 99)",
  );
  await client.end();
  await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: "database_newer" });
});
