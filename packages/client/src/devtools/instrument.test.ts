// The instruments around a real client and server: what they see, and what they make worse.

import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Client,
  collection,
  createLiveTransport,
  type LocalStore,
  openClient,
  openMemoryStore,
} from "../index.ts";
import { createDevtools, type Devtools, supportBundle } from "./index.ts";

const COLLECTIONS = { todos: collection<{ title: string }>() };

let server: TestServer;
let devtools: Devtools;
let store: LocalStore;
let client: Client<typeof COLLECTIONS>;

beforeEach(async () => {
  server = await startTestServer();
  devtools = createDevtools();
  store = devtools.store(await openMemoryStore());
  client = await openClient({
    app: "todo",
    store,
    transport: devtools.transport(
      createLiveTransport({ url: server.url, app: "todo", token: () => server.token("alice") }),
    ),
    environment: devtools.environment(),
    onEvent: devtools.onEvent,
    collections: COLLECTIONS,
  });
  await expect.poll(() => client.status.getSnapshot().phase, { timeout: 10_000 }).toBe("live");
});
afterEach(async () => {
  await client.close();
  await server.close();
});

test("they see what passes, and how far the clock is off", async () => {
  await client.collections.todos.insert({ id: "t1", title: "a secret" }).synced;
  const entries = devtools.log.entries();
  expect(entries.some(({ direction, what }) => direction === "out" && what === "sync")).toBe(true);
  expect(entries.some(({ what, tookMs }) => what === "sync" && tookMs !== undefined)).toBe(true);
  expect(Math.abs(devtools.clockOffsetMs() ?? Number.NaN)).toBeLessThan(5_000);
  await expect.poll(() => devtools.historyOf("~", "todos", "t1").length).toBeGreaterThan(0);
  for (let i = 0; i < 600; i++) devtools.onEvent({ type: "signed_out" });
  expect(devtools.log.entries()).toHaveLength(500);
});

test("without a network the device is offline until there is one again", async () => {
  devtools.simulate({ offline: true });
  const write = client.collections.todos.insert({ title: "later" });
  await expect.poll(() => client.status.getSnapshot().phase).toBe("offline");
  expect(client.outbox.getSnapshot()).toHaveLength(1);
  devtools.simulate({ offline: false }); // wakes it, as a browser would
  await write.synced;
  await expect.poll(() => client.status.getSnapshot().phase, { timeout: 10_000 }).toBe("live");
});

test("a full device refuses what is written, and reads on", async () => {
  await client.collections.todos.insert({ id: "kept", title: "kept" }).local;
  devtools.simulate({ full: true });
  const refused = client.collections.todos.insert({ title: "no room" });
  await expect(refused.local).rejects.toMatchObject({ code: "storage_full" });
  expect(await client.collections.todos.count()).toBe(1);
  devtools.simulate({ full: false });
  await client.collections.todos.insert({ title: "room" }).local;
});

test("a wrong clock is seen, and does no harm", async () => {
  devtools.simulate({ skewMs: 3_600_000 });
  await client.collections.todos.insert({ id: "t1", title: "from the future" }).synced;
  expect(devtools.clockOffsetMs()).toBeGreaterThan(3_500_000);
});

test("a dropped connection comes back", async () => {
  devtools.dropSocket();
  await expect.poll(() => client.status.getSnapshot().phase, { timeout: 10_000 }).toBe("live");
});

test("a support bundle holds shapes and states, and nothing that the user wrote", async () => {
  await client.collections.todos.insert({ id: "t1", title: "a secret" }).synced;
  devtools.simulate({ offline: true });
  await client.collections.todos.insert({ id: "t2", title: "another secret" }).local;
  const bundle = JSON.stringify(await supportBundle(client as never, devtools, store));
  expect(bundle).not.toContain("secret");
  expect(bundle).not.toContain("eyJ");
  expect(JSON.parse(bundle)).toMatchObject({
    simulation: { offline: true },
    status: { phase: expect.any(String) },
    spaces: [
      { space: "~", outbox: [{ changes: [{ op: "put", id: "t2", fields: { title: "string" } }] }] },
    ],
  });
  expect(bundle).not.toContain("alice");
});

test("a support bundle names nobody: not by whose space it is, and not by what a server says", async () => {
  await store.append("~bob", [{ seen: null, changes: [], createdAtMs: 0 }], { ms: 0, counter: 0 });
  devtools.onEvent({ type: "digest_mismatch", space: "~carol", collections: [] });
  const bundle = JSON.stringify(await supportBundle(client as never, devtools, store));
  expect(bundle).not.toMatch(/bob|carol/);
  expect(bundle).toContain('"~user1"');
  expect(bundle).toContain('"~user2"');
});
