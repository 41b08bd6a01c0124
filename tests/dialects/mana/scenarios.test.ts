// What the original's newer client does in an ordinary day, and what must be there in the evening, on every device.

import { createMemoryStore } from "@syncline/server";
import { IDBKeyRange, indexedDB } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, pullAll, startMana } from "./fixture.ts";
import {
  openUnifiedClient,
  type UnifiedClient,
  type UnifiedClientOptions,
} from "./unified-client.ts";
import { type AuthService, startAuthService } from "./upstream.ts";

const CACHE_MS = 60_000;
const MINUTE = 60_000;

onBothStores("a day", (open) => {
  let auth: AuthService;
  let server: ManaServer;
  let nowAheadMs: number;
  let count = 0;
  const opened: UnifiedClient[] = [];
  beforeEach(async () => {
    auth = await startAuthService();
    nowAheadMs = 0;
    server = await startMana(open, {
      memberships: { url: auth.url, serviceKey: "key", cacheMs: CACHE_MS },
      now: () => Date.now() + nowAheadMs,
    });
  });
  afterEach(async () => {
    for (const client of opened.splice(0)) client.close();
    await server.close();
    await auth.close();
  });

  async function client(
    clientId: string,
    { user = "anna", aheadMs = 0 }: { readonly user?: string; readonly aheadMs?: number } = {},
  ): Promise<UnifiedClient> {
    count += 1;
    const options: UnifiedClientOptions = {
      indexedDB,
      IDBKeyRange,
      name: `${clientId}-${count}-${server.url}`,
      app: "todo",
      url: server.url,
      token: await server.token(user),
      clientId,
      collections: ["tasks", "notes"],
      aheadMs,
    };
    const one = await openUnifiedClient(options);
    opened.push(one);
    return one;
  }

  /** Until nobody has anything to say: all show the same. */
  async function settle(...clients: readonly UnifiedClient[]): Promise<void> {
    for (let round = 0; round < 2; round += 1)
      for (const one of clients) {
        expect(await one.push()).toBe(200);
        await one.pull();
      }
    const [first, ...others] = await Promise.all(clients.map((one) => one.all("tasks")));
    for (const other of others) expect(other).toEqual(first);
  }

  test("what is edited soon after it was created, offline, keeps the edit everywhere", async () => {
    const [a, b] = [await client("a"), await client("b")];
    await a.insert("tasks", "k", { title: "created", done: false });
    await a.update("tasks", "k", { title: "edited" });
    await settle(a, b);
    expect((await b.all("tasks")).get("k")).toMatchObject({ title: "edited", done: false });
  });

  test("what one device edits before the other's creation of it arrives is not lost, nor is what is deleted meanwhile back", async () => {
    const [a, b] = [await client("a"), await client("b")];
    // Both know the record by its name, as the original's singletons are.
    await a.insert("tasks", "k", { title: "of a", note: "of a" });
    await b.insert("tasks", "k", { title: "of b" });
    await b.update("tasks", "k", { title: "edited by b" });
    await b.insert("tasks", "gone", { title: "of b" });
    await b.delete("tasks", "gone");
    await a.insert("tasks", "gone", { title: "of a" });
    await b.push();
    await a.push();
    await settle(a, b);
    expect((await a.all("tasks")).get("k")).toMatchObject({ title: "edited by b", note: "of a" });
    expect((await a.all("tasks")).has("gone")).toBe(false);
  });

  test("a push whose answer was lost is sent again, and takes nothing from what others wrote meanwhile", async () => {
    const [a, b] = [await client("a"), await client("b")];
    await a.insert("tasks", "k", { title: "created" });
    await a.insert("tasks", "d", { title: "created" });
    expect(await a.push(true)).toBe(0);
    await b.pull();
    await b.update("tasks", "k", { title: "edited by b" });
    await b.delete("tasks", "d");
    await b.push();
    await settle(a, b);
    expect((await a.all("tasks")).get("k")).toMatchObject({ title: "edited by b" });
    expect((await a.all("tasks")).has("d")).toBe(false);
  });

  test("devices whose clocks are fast or slow end with what all others have", async () => {
    const fast = await client("fast", { aheadMs: 60 * MINUTE });
    const slow = await client("slow", { aheadMs: -2 * MINUTE });
    const c = await client("c");
    await c.insert("tasks", "k", { title: "created", note: "created" });
    await settle(c, fast, slow);
    // Edited soon, with a clock that lies before the creation.
    await slow.update("tasks", "k", { note: "of slow" });
    await fast.update("tasks", "k", { title: "of fast" });
    await settle(slow, fast, c);
    expect((await c.all("tasks")).get("k")).toMatchObject({ title: "of fast", note: "of slow" });
    // The fast one takes what is written after it, though its own value claims to be newer.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await c.update("tasks", "k", { title: "of c" });
    await settle(c, fast, slow);
    expect((await fast.all("tasks")).get("k")).toMatchObject({ title: "of c" });
    await c.delete("tasks", "k");
    await settle(c, fast, slow);
    expect((await fast.all("tasks")).has("k")).toBe(false);
  });

  test("a record of 300 KiB and one that nobody can store hold nothing else back", async () => {
    const [a, b] = [await client("a"), await client("b")];
    await a.insert("tasks", "before", { title: "x" });
    await a.insert("tasks", "large", { text: "x".repeat(300 * 1024) });
    await a.insert("tasks", "never", { text: "a\u0000b" });
    await a.insert("tasks", "after", { title: "x" });
    expect(await a.push()).toBe(200);
    expect(await a.pendingCount()).toBe(0);
    await a.update("tasks", "large", { title: "edited" });
    expect(await a.push()).toBe(200);
    await b.pull();
    expect([...(await b.all("tasks")).keys()].sort()).toEqual(["after", "before", "large"]);
    expect((await b.all("tasks")).get("large")).toMatchObject({ title: "edited" });
  });

  test("members share, who comes is given all, who goes is given no more, outsiders are given nothing", async () => {
    for (const user of ["anna", "ben"]) auth.memberships.set(user, ["acme"]);
    const [a, b] = [await client("a"), await client("b", { user: "ben" })];
    const [c, d] = [await client("c", { user: "carl" }), await client("d", { user: "dora" })];
    await a.insert("tasks", "shared", { title: "of a" }, "acme");
    await a.insert("notes", "note", { title: "of a" }, "acme");
    await a.update("tasks", "shared", { title: "edited" }, "acme");
    await c.insert("tasks", "own", { title: "of c" });
    for (const one of [a, b, c, d]) {
      await one.push();
      await one.pull();
    }
    expect((await b.all("tasks")).get("shared")).toMatchObject({ title: "edited" });
    await b.update("tasks", "shared", { note: "of b" }, "acme");
    await b.push();
    await a.pull();
    expect((await a.all("tasks")).get("shared")).toMatchObject({ title: "edited", note: "of b" });
    expect([...(await c.all("tasks")).keys()]).toEqual(["own"]);
    auth.memberships.set("carl", ["acme"]);
    auth.memberships.set("ben", []);
    nowAheadMs += CACHE_MS;
    await a.update("tasks", "shared", { title: "later" }, "acme");
    await a.push();
    for (const one of [b, c]) await one.pull();
    expect((await c.all("tasks")).get("shared")).toMatchObject({ title: "later", note: "of b" });
    expect((await c.all("notes")).get("note")).toMatchObject({ title: "of a" });
    expect((await b.all("tasks")).get("shared")).toMatchObject({ title: "edited" });
    // Who left may write nothing there, and his own is taken.
    await b.update("tasks", "shared", { title: "intruder" }, "acme");
    expect(await b.push()).toBe(403);
    await b.insert("tasks", "own", { title: "of b" });
    expect(await b.push()).toBe(200);
    await d.pull();
    expect((await d.all("tasks")).size).toBe(0);
    await a.pull();
    expect((await a.all("tasks")).get("shared")).toMatchObject({ title: "later" });
  });
});

test("a record that was changed while its reader was between two pages comes whole, to who starts and to who goes on", async () => {
  await using server = await startMana(async () => createMemoryStore(), {
    limits: { pageChanges: 4, deltaChanges: 4 },
  });
  const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
  for (const round of ["one", "two"]) {
    const since = (await pullAll(b, "tasks")).at(-1)?.syncedUntil ?? EPOCH;
    const insert = (id: string) => ({ table: "tasks", id, op: "insert", data: { id, x: round } });
    for (let i = 0; i < 8; i += 1) await a.push([insert(`${round}${i}`)]);
    const at = new Date().toISOString();
    const fields = { y: { value: 1, at } };
    await a.push([{ table: "tasks", id: `${round}0`, op: "update", fields }]);
    for (const start of [EPOCH, since]) {
      const pages = await pullAll(server.device("anna", "reader"), "tasks", start);
      const changes = pages.flatMap(({ serverChanges }) => serverChanges);
      const changed = changes.find(({ id }) => id === `${round}0`);
      expect(changed?.data).toMatchObject({ x: round, y: 1 });
    }
  }
});

test("without a service that says who belongs where, what names an organisation is its writer's own", async () => {
  await using server = await startMana(async () => createMemoryStore());
  const change = { table: "tasks", id: "k", op: "insert", data: { x: 1 }, spaceId: "acme" };
  await server.device("anna", "a").push([change]);
  expect((await server.device("anna", "b").pull("tasks")).serverChanges).toMatchObject([
    { id: "k", spaceId: "acme" },
  ]);
  expect((await server.device("ben", "c").pull("tasks")).serverChanges).toEqual([]);
});
