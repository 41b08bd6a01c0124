// Who removes an account leaves no byte of what it wrote: not in the database, and not in a backup that is made later.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import { type ConsumerDefinition, defineApp, openSqliteStore, type Store } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

const MARKER = "marker-5b1f0c";
let folder: string;
let path: string;
let store: Store;
let server: TestServer;
let letters: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-erasure-"));
  path = join(folder, "data", "syncline.db");
  store = await openSqliteStore({ path });
  letters = 0;
  const failing: ConsumerDefinition = {
    name: "mails",
    startAt: "beginning",
    handle() {
      letters += 1;
      throw new Error(`could not send ${MARKER}`);
    },
  };
  const kanso = createKanso();
  const todo = defineApp({
    name: "todo",
    collections: { todos: {}, docs: { policy: "versioned" } },
  });
  server = await startTestServer({
    store,
    apps: [todo, kansoApp],
    server: { accounts: {}, consumers: [failing], consumersPollMs: 20, dialects: [kanso] },
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(token: string, method: string, address: string, body?: object, headers = {}) {
  const answer = await fetch(server.url + address, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect([address, answer.status < 300, text]).toEqual([address, true, text]);
  return text === "" ? {} : (JSON.parse(text) as { [name: string]: unknown });
}

async function signUp(name: string): Promise<{ token: string; userId: string }> {
  const who = { email: `${name}@example.org`, password: "orange-kite-42" };
  const { userId } = await call("", "POST", "/accounts/register", who);
  const { token } = await call("", "POST", "/accounts/login", { ...who, device: name });
  return { token: String(token), userId: String(userId) };
}

/** How often a text lies in the database's files, and in a backup of it. */
async function found(text: string): Promise<{ files: number; backup: number }> {
  const copy = join(folder, `backup-${Math.random()}`);
  await store.backup(copy);
  const count = async (file: string) =>
    existsSync(file) ? (await readFile(file)).toString("latin1").split(text).length - 1 : 0;
  const files = await Promise.all(["", "-wal", "-shm"].map((suffix) => count(path + suffix)));
  return { files: files.reduce((sum, one) => sum + one), backup: await count(copy) };
}

async function push(token: string, space: string, clientId: string, ...mutations: object[][]) {
  const time = `${new Date().toISOString()}-0000-${clientId}`;
  const body = {
    clientId,
    now: time,
    cursor: null,
    policies: { docs: "versioned" },
    mutations: mutations.map((changes, i) => ({
      id: i + 1,
      seen: null,
      changes: changes.map((change) => ({ time, ...change })),
    })),
  };
  return await call(token, "POST", `/v1/${space}/sync`, body);
}

test("of an account that was removed nothing is left, in either protocol, history, results and dead letters", async () => {
  const [ada, bob] = [await signUp("ada"), await signUp("bob")];
  const long = `${MARKER} `.repeat(400);
  for (const { token } of [ada, bob]) {
    const id = token === bob.token ? "kept" : "gone";
    const text = token === bob.token ? long.replaceAll(MARKER, "another") : long;
    const todo = (n: number, fields: object) => ({
      collection: "todos",
      id: `t${n}`,
      op: "put",
      fields,
    });
    await push(
      token,
      "todo/~",
      id,
      ...Array.from({ length: 30 }, (_, n) => [todo(n, { text, n })]),
      [{ collection: "todos", id: "t1", op: "patch", fields: { text: `${text} again` } }],
      [{ collection: "todos", id: "t2", op: "delete" }],
      [{ collection: "docs", id: "d1", op: "put", fields: { text } }],
      [{ collection: "docs", id: "d1", op: "put", baseVersion: 9, fields: { text: "mine" } }],
    );
  }
  const once = { "idempotency-key": "k1" };
  const habit = { title: `Read ${MARKER}`, description: MARKER };
  await call(ada.token, "POST", "/api/v1/habits", habit, once);
  await expect.poll(() => letters, { timeout: 20_000 }).toBeGreaterThan(1);
  const before = await found(MARKER);
  expect(before.files).toBeGreaterThan(1_000);
  expect(before.backup).toBeGreaterThan(1_000);
  await call(ada.token, "DELETE", "/accounts/me");
  expect(await found(MARKER)).toEqual({ files: 0, backup: 0 });
  expect(await found(ada.userId)).toEqual({ files: 0, backup: 0 });
  expect((await found("another")).backup).toBeGreaterThan(1_000);
  expect(await store.check()).toEqual([]);
});

test("the database, what lies beside it, its folder and its backups are read by their owner alone", async () => {
  await signUp("ada");
  const copy = join(folder, "backup");
  await store.backup(copy);
  const modes = async (...files: string[]) =>
    await Promise.all(files.map(async (file) => ((await stat(file)).mode & 0o777).toString(8)));
  expect(await modes(path, `${path}-wal`, `${path}-shm`, copy)).toEqual(Array(4).fill("600"));
  expect(await modes(join(folder, "data"))).toEqual(["700"]);
});
