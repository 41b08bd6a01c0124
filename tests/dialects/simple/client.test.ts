// The client of simple-sync against a real server: offline, after a restart, after a lost answer, and refused.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createMemorySimpleStore,
  event,
  exchangeSetupCode,
  openSimpleClient,
  type SimpleClient,
} from "@syncline/client/simple";
import { openSqliteSimpleStore } from "@syncline/client/simple/sqlite";
import { createMemoryStore } from "@syncline/server";
import { afterEach, expect, expectTypeOf, test } from "vitest";
import { type SimpleServer, serve } from "./fixture.ts";

const EVENTS = { add: event<{ title: string }>(), done: event<{ by?: string }>() };
type Chores = SimpleClient<typeof EVENTS>;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Line {
  /** What is done with the next calls instead of passing them on. */
  cut: "no" | "all" | "answers";
  calls: string[];
  readonly fetch: typeof fetch;
}

/** A network that loses what it is told to lose. */
function line(): Line {
  const own: Line = {
    cut: "no",
    calls: [],
    async fetch(input, init) {
      own.calls.push(`${init?.method} ${String(input)}`);
      if (own.cut === "all") throw new TypeError("no network");
      const answer = await fetch(input, init);
      if (own.cut === "answers") throw new TypeError("connection reset");
      return answer;
    },
  };
  return own;
}

async function start(): Promise<SimpleServer> {
  // The client's clock is the real one.
  return await serve(async () => createMemoryStore(), { now: () => Date.now() });
}

async function household(): Promise<{ server: SimpleServer; key: string }> {
  const server = await start();
  await server.rules(["member.*", "chore.*", "*", "allow"], ["*", "chore.locked", "*", "deny"]);
  return { server, key: await userOf(server, "member.ana") };
}

/** Makes a user the way people do: with a client of `.root`, and a code. */
async function userOf(server: SimpleServer, id: string): Promise<string> {
  await using root = await openSimpleClient({
    url: server.server.url,
    apiKey: server.rootKey,
    user: ".root",
    store: createMemorySimpleStore(),
  });
  await root.createUser(id);
  await root.sync();
  const { code, expiresAtMs } = await root.generateSetupCode(id);
  expect(expiresAtMs).toBeGreaterThan(Date.now());
  const exchanged = await exchangeSetupCode(
    server.server.url,
    ` ${code.toLowerCase()} `,
    "a phone",
  );
  expect(exchanged).toMatchObject({ user: id, description: "a phone" });
  await expect(exchangeSetupCode(server.server.url, code)).rejects.toMatchObject({
    code: "invalid",
    path: "code",
  });
  return exchanged.apiKey;
}

async function clientOf(
  server: SimpleServer,
  apiKey: string,
  more: Partial<Parameters<typeof openSimpleClient<typeof EVENTS>>[0]> = {},
): Promise<Chores> {
  const client = await openSimpleClient({
    url: server.server.url,
    apiKey,
    user: "member.ana",
    store: createMemorySimpleStore(),
    events: EVENTS,
    ...more,
  });
  open.push(client);
  return client;
}

const titles = (client: Chores) =>
  client.events.getSnapshot().map((one) => (one.action === "add" ? one.payload.title : one.action));

test("what is made offline is there at once, survives a restart, and reaches the others", async () => {
  const { server, key } = await household();
  const folder = await mkdtemp(join(tmpdir(), "syncline-simple-client-"));
  open.push({ close: () => rm(folder, { recursive: true, force: true }) });
  const path = join(folder, "ana.db");
  const network = line();
  network.cut = "all";
  const before = await clientOf(server, key, {
    store: await openSqliteSimpleStore({ path }),
    fetch: network.fetch,
  });
  await before.append({ item: "chore.1", action: "add", payload: { title: "Dishes" } });
  await before.append({ item: "chore.1", action: "done", payload: {} });
  expect(titles(before)).toEqual(["Dishes", "done"]);
  expect(before.events.getSnapshot().every(({ pending }) => pending)).toBe(true);
  await expect(before.sync()).rejects.toMatchObject({ code: "offline" });
  expect(before.status.getSnapshot().phase).toBe("offline");
  const diff = before.diff.getSnapshot();
  await before.close();

  const after = await clientOf(server, key, { store: await openSqliteSimpleStore({ path }) });
  expect(after.diff.getSnapshot()).toEqual(diff);
  await after.sync();
  expect(after.diff.getSnapshot()).toEqual([]);
  expect(after.status.getSnapshot()).toMatchObject({ phase: "synced", error: null });
  expect(await server.events()).toEqual(after.history.getSnapshot());
  expect(after.history.getSnapshot().slice(-2)).toEqual(diff);
  const other = await clientOf(server, server.rootKey, { user: ".root" });
  await other.sync();
  expect(titles(other)).toEqual(["Dishes", "done"]);
  await after.close();
  const offline = line();
  offline.cut = "all";
  const third = await clientOf(server, key, {
    store: await openSqliteSimpleStore({ path }),
    fetch: offline.fetch,
  });
  expect(third.history.getSnapshot()).toEqual(other.history.getSnapshot());
  expect(third.can("chore.1", "done")).toBe(true);
  // Also for who subscribes before looking.
  const end = third.events.subscribe(() => {});
  expect(titles(third)).toEqual(["Dishes", "done"]);
  end();
});

test("a push whose answer is lost is done once, and only what is new is read", async () => {
  const { server, key } = await household();
  const network = line();
  const client = await clientOf(server, key, { fetch: network.fetch });
  await client.sync();
  await client.append({ item: "chore.1", action: "add", payload: { title: "Once" } });
  network.cut = "answers";
  await expect(client.sync()).rejects.toMatchObject({ code: "offline" });
  expect(client.diff.getSnapshot()).toHaveLength(1);
  network.cut = "no";
  network.calls = [];
  await client.sync();
  expect(network.calls).toHaveLength(1);
  expect(network.calls[0]).toContain("since=");
  expect((await server.events()).filter(({ action }) => action === "add")).toHaveLength(1);
  expect(client.diff.getSnapshot()).toEqual([]);
});

test("a refused event is put aside with its reason, the rest goes on; retry and discard", async () => {
  const { server, key } = await household();
  const client = await clientOf(server, key);
  await client.append({ item: "chore.1", action: "add", payload: { title: "One" } });
  const no = await client.append({
    item: "chore.locked",
    action: "add",
    payload: { title: "Locked" },
  });
  const never = await client.append({ item: "elsewhere", action: "done", payload: {} });
  await client.append({ item: "chore.2", action: "add", payload: { title: "Two" } });
  await client.sync();
  expect(titles(client)).toEqual(["One", "Two"]);
  const reason = { status: 403, reason: "Insufficient permissions" };
  expect(client.refused.getSnapshot()).toEqual([
    { event: no, ...reason },
    { event: never, ...reason },
  ]);
  expect(client.can("chore.locked", "add")).toBe(false);
  await server.rules(["*", "chore.locked", "*", "allow"]);
  expect(await client.refused.discard(never.uuid)).toBe(true);
  expect(await client.refused.discard(never.uuid)).toBe(false);
  expect(await client.refused.retry(no.uuid)).toBe(true);
  await client.sync();
  expect(client.refused.getSnapshot()).toEqual([]);
  expect(client.history.getSnapshot().at(-1)).toEqual(no);
  expect(client.can("chore.locked", "add")).toBe(true);
});

test("snapshots stay the same while nothing changes, and listeners are told when it does", async () => {
  const { server, key } = await household();
  const client = await clientOf(server, key);
  await client.sync();
  const seen = [client.history, client.diff, client.events, client.refused] as const;
  const before = seen.map((one) => one.getSnapshot());
  let told = 0;
  const end = client.events.subscribe(() => (told += 1));
  await client.sync();
  expect(seen.map((one) => one.getSnapshot()).every((one, at) => one === before[at])).toBe(true);
  expect(told).toBe(0);
  await client.append({ item: "chore.1", action: "done", payload: { by: "ana" } });
  expect(told).toBe(1);
  end();
});

test("more than one push and one page: everything arrives, in its order", async () => {
  const { server, key } = await household();
  const client = await clientOf(server, key);
  for (let at = 0; at < 1_203; at += 1)
    await client.append({ item: `chore.${at}`, action: "add", payload: { title: String(at) } });
  await client.sync();
  expect(titles(client)).toEqual(Array.from({ length: 1_203 }, (_, at) => String(at)));
  expect(await server.events()).toEqual(client.history.getSnapshot());
});

test("two tabs on one store: neither loses nor doubles anything", async () => {
  const { server, key } = await household();
  const parts = new Map<string, string>();
  const one = await clientOf(server, key, { store: createMemorySimpleStore(parts) });
  const two = await clientOf(server, key, { store: createMemorySimpleStore(parts) });
  await one.append({ item: "chore.1", action: "add", payload: { title: "from one" } });
  await two.append({ item: "chore.2", action: "add", payload: { title: "from two" } });
  await Promise.all([one.sync(), two.sync()]);
  await one.sync();
  await two.sync();
  expect(titles(one)).toEqual(titles(two));
  expect(titles(one).toSorted()).toEqual(["from one", "from two"]);
  const again = await clientOf(server, key, { store: createMemorySimpleStore(parts) });
  await again.sync();
  expect(again.history.getSnapshot()).toEqual(await server.events());
});

test("a server that was restored is read anew, and what it lost of this device is put aside", async () => {
  const { server, key } = await household();
  const parts = new Map<string, string>();
  const client = await clientOf(server, key, { store: createMemorySimpleStore(parts) });
  const lost = await client.append({ item: "chore.1", action: "add", payload: { title: "Lost" } });
  await client.sync();
  await client.close();
  const restored = await household();
  const after = await clientOf(restored.server, restored.key, {
    store: createMemorySimpleStore(parts),
  });
  await after.sync();
  const accepted = () => restored.server.events(undefined, "?limit=5000");
  expect(after.history.getSnapshot()).toEqual(await accepted());
  expect(after.refused.getSnapshot()).toMatchObject([{ event: lost, status: 0 }]);
  await after.refused.retry(lost.uuid);
  await after.sync();
  expect((await accepted()).at(-1)).toEqual(lost);
});

test("syncs by itself: at the start, after a change, and again when the network is back", async () => {
  const { server, key } = await household();
  const network = line();
  network.cut = "all";
  const client = await clientOf(server, key, {
    fetch: network.fetch,
    autoSync: true,
    pollMs: 20,
  });
  await until(client.status, () => client.status.getSnapshot().phase === "offline");
  network.cut = "no";
  await until(client.status, () => client.status.getSnapshot().phase === "synced");
  await client.append({ item: "chore.1", action: "add", payload: { title: "Sent" } });
  await until(client.diff, () => client.diff.getSnapshot().length === 0);
  const other = await clientOf(server, server.rootKey, { user: ".root" });
  await other.append({ item: "chore.1", action: "done", payload: {} });
  await other.sync();
  await until(client.events, () => titles(client).includes("done"));
});

test("keys that do not hold: what was made stays, and is sent with one that does", async () => {
  const { server, key } = await household();
  let given = "sk_wrong";
  const client = await clientOf(server, key, { apiKey: async () => given });
  await client.append({ item: "chore.1", action: "add", payload: { title: "Kept" } });
  await expect(client.sync()).rejects.toMatchObject({ code: "unauthenticated" });
  given = "two\nlines";
  await expect(client.sync()).rejects.toMatchObject({ code: "unauthenticated" });
  expect(client.status.getSnapshot()).toMatchObject({ phase: "failed" });
  given = key;
  await client.sync();
  expect(client.status.getSnapshot().error).toBeNull();
  expect(titles(client)).toEqual(["Kept"]);
});

test("bad events, other users' stores and aborted syncs are met by name", async () => {
  const { server, key } = await household();
  const store = new Map<string, string>();
  const client = await clientOf(server, key, { store: createMemorySimpleStore(store) });
  expectTypeOf<Parameters<typeof client.append<"add">>[0]["payload"]>().toEqualTypeOf<{
    title: string;
  }>();
  const payload = { title: "x" };
  for (const item of ["", "x".repeat(513), "\ud800"])
    await expect(client.append({ item, action: "add", payload })).rejects.toMatchObject({
      code: "invalid",
      path: "item",
    });
  // @ts-expect-error: there is no such action
  await expect(client.append({ item: "a", action: "sing", payload })).rejects.toMatchObject({
    code: "invalid",
    path: "action",
  });
  const round: { self?: unknown; title: string } = { title: "x" };
  round.self = round;
  await expect(client.append({ item: "a", action: "add", payload: round })).rejects.toMatchObject({
    code: "invalid",
    path: "payload",
  });
  await expect(client.sync({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(client.status.getSnapshot().phase).toBe("new");
  const others = { store: createMemorySimpleStore(store), user: "member.ben" };
  await expect(clientOf(server, key, others)).rejects.toMatchObject({
    code: "forbidden",
    path: "store",
  });
  const damaged = createMemorySimpleStore(new Map([["history/1", "{"]]));
  await expect(clientOf(server, key, { store: damaged })).rejects.toMatchObject({
    code: "database_corrupt",
  });
  await client.close();
  await expect(client.sync()).rejects.toMatchObject({ code: "closed" });
  await expect(client.append({ item: "a", action: "add", payload })).rejects.toMatchObject({
    code: "closed",
  });
});

async function until(
  what: { subscribe(listener: () => void): () => void },
  holds: () => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = what.subscribe(() => {
    if (holds()) resolve();
  });
  if (holds()) resolve();
  await promise;
  end();
}
