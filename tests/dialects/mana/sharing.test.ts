// Organisations: their members share what they write to them, and nobody else sees any of it.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, pullAll, startMana } from "./fixture.ts";
import { openStream } from "./stream-reader.ts";
import { type AuthService, startAuthService } from "./upstream.ts";

const CACHE_MS = 60_000;

function insert(id: string, more: object = {}) {
  return { table: "tasks", id, op: "insert", data: { id, title: id }, ...more };
}

function edit(id: string, value: string, more: object = {}) {
  const at = new Date().toISOString();
  return { table: "tasks", id, op: "update", fields: { title: { value, at } }, ...more };
}

onBothStores("sharing", (open) => {
  let auth: AuthService;
  let server: ManaServer;
  /** Moves on when a cached answer is to be old. */
  let aheadMs: number;
  beforeEach(async () => {
    auth = await startAuthService();
    aheadMs = 0;
    server = await startMana(open, {
      memberships: { url: auth.url, serviceKey: "key", cacheMs: CACHE_MS },
      limits: { heartbeatMs: 100 },
      now: () => Date.now() + aheadMs,
    });
    for (const user of ["anna", "ben"]) auth.memberships.set(user, ["acme"]);
  });
  afterEach(async () => {
    await server.close();
    await auth.close();
  });

  test("[DM13] members of an organisation read and write one record, merged by field", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("ben", "b")];
    await a.push([
      insert("shared", { spaceId: "acme" }),
      insert("mine"),
      insert("also mine", { spaceId: "_personal:anna" }),
      insert("by data", { data: { id: "by data", spaceId: "acme" } }),
    ]);
    const given = await b.pull("tasks");
    expect(given.serverChanges.map(({ id }) => id)).toEqual(["shared", "by data"]);
    expect(given.serverChanges[0]).toMatchObject({ spaceId: "acme", data: { title: "shared" } });
    const note = { note: { value: "n", at: new Date().toISOString() } };
    await b.push([{ table: "tasks", id: "shared", op: "update", fields: note, spaceId: "acme" }]);
    // Older clients do not say the organisation again.
    await a.push([edit("shared", "edited")]);
    const { serverChanges } = await server.device("anna", "c").pull("tasks");
    expect(serverChanges.find(({ id }) => id === "shared")?.data).toMatchObject({
      title: "edited",
      note: "n",
    });
    expect((await b.pull("tasks", given.syncedUntil)).serverChanges).toMatchObject([
      { id: "shared", fields: { title: { value: "edited" } } },
    ]);
    await b.push([
      { table: "tasks", id: "shared", op: "delete", deletedAt: "2099-01-01T00:00:00Z" },
    ]);
    const gone = await server.device("anna", "c").pull("tasks");
    expect(gone.serverChanges.find(({ id }) => id === "shared")).toMatchObject({ op: "delete" });
    expect(auth.asked).toEqual([
      { userId: "anna", key: "key" },
      { userId: "ben", key: "key" },
    ]);
  });

  test("[DM13] an outsider neither reads nor writes, and what else he pushes is taken", async () => {
    await server.device("anna", "a").push([insert("shared", { spaceId: "acme" })]);
    const c = server.device("carl", "c");
    await expect(c.push([insert("intruder", { spaceId: "acme" })])).rejects.toThrow(
      "403 forbidden: ",
    );
    await c.push([insert("intruder", { spaceId: "acme" }), insert("own")]);
    await expect(c.push([edit("shared", "his", { spaceId: "acme" })])).rejects.toThrow("403");
    await c.push([edit("shared", "his")]);
    const own = await c.pull("tasks", new Date().toISOString());
    // What he says of a record that he does not see is his own.
    expect(own.serverChanges.map(({ id }) => id)).toEqual([]);
    const all = await server.device("carl", "d").pull("tasks");
    expect(all.serverChanges).toMatchObject([
      { id: "own", data: { title: "own" } },
      { id: "shared", data: { title: "his" } },
    ]);
    const { serverChanges } = await server.device("ben", "b").pull("tasks");
    expect(serverChanges).toMatchObject([{ id: "shared", data: { title: "shared" } }]);
    for (const space of ["~=org.acme", "~%3Dorg.acme"]) {
      const native = await server.call("anna", `/v1/todo/${space}/changes`);
      expect(native.status).not.toBe(200);
    }
  });

  test("[DM13] who gains an organisation is given its backlog, in every table, though his cursor is past it; who loses it is given no more", async () => {
    const [a, c] = [server.device("anna", "a"), server.device("carl", "c")];
    await a.push([
      insert("old", { spaceId: "acme" }),
      { ...insert("old note", { spaceId: "acme" }), table: "notes" },
    ]);
    await c.push([insert("own")]);
    const before = {
      tasks: (await c.pull("tasks")).syncedUntil,
      notes: (await c.pull("notes")).syncedUntil,
    };
    auth.memberships.set("carl", ["acme"]);
    expect((await c.pull("tasks", before.tasks)).serverChanges).toEqual([]);
    aheadMs += CACHE_MS;
    const gained = await c.pull("tasks", before.tasks);
    expect(gained.serverChanges).toMatchObject([{ id: "old" }]);
    // The smaller of his cursors counts, as his clients compare them: that of the table that was not read yet.
    const cursors = [gained.syncedUntil, before.notes].sort();
    const pushed = await c.push([], { since: cursors[0] ?? "" });
    expect(pushed.serverChanges.map(({ id }) => id)).toContain("old note");
    expect((await c.pull("tasks", pushed.syncedUntil)).serverChanges).toEqual([]);
    auth.memberships.set("carl", []);
    aheadMs += CACHE_MS;
    await a.push([edit("old", "later", { spaceId: "acme" })]);
    expect((await c.pull("tasks", pushed.syncedUntil)).serverChanges).toEqual([]);
    expect((await c.pull("tasks")).serverChanges.map(({ id }) => id)).not.toContain("old");
  });

  test("[DM13] pages of several spaces miss nothing and give nothing twice, and a backlog that is larger than a page comes whole", async () => {
    await server.close();
    server = await startMana(open, {
      memberships: { url: auth.url, serviceKey: "key", cacheMs: CACHE_MS },
      limits: { pageChanges: 7 },
      now: () => Date.now() + aheadMs,
    });
    const [a, b] = [server.device("anna", "a"), server.device("ben", "b")];
    auth.memberships.set("anna", ["acme", "beta"]);
    const spaces = [{}, { spaceId: "acme" }, { spaceId: "beta" }];
    for (let i = 0; i < 30; i += 1) await a.push([insert(`r${i}`, spaces[i % 3])]);
    const pages = await pullAll(server.device("anna", "c"), "tasks");
    const ids = pages.flatMap(({ serverChanges }) => serverChanges.map(({ id }) => id));
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `r${i}`));
    const cursors = pages.map(({ syncedUntil }) => syncedUntil);
    expect([...cursors].sort()).toEqual(cursors);
    // Ben, who has all of the one, gains the other.
    const seen = (await pullAll(b, "tasks")).at(-1)?.syncedUntil ?? EPOCH;
    auth.memberships.set("ben", ["acme", "beta"]);
    aheadMs += CACHE_MS;
    const gained = await pullAll(b, "tasks", seen);
    const given = new Set(gained.flatMap(({ serverChanges }) => serverChanges.map(({ id }) => id)));
    for (let i = 2; i < 30; i += 3) expect(given).toContain(`r${i}`);
    const last = gained.at(-1)?.syncedUntil ?? EPOCH;
    await a.push([edit("r1", "again", { spaceId: "acme" })]);
    expect((await b.pull("tasks", last)).serverChanges).toMatchObject([{ id: "r1" }]);
  });

  test("[DM13] while nobody can say who belongs where, nothing is stored where nobody else sees it", async () => {
    auth.isDown = true;
    const a = server.device("anna", "a");
    await expect(a.push([insert("mine"), insert("shared", { spaceId: "acme" })])).rejects.toThrow(
      "503",
    );
    expect((await server.device("anna", "b").pull("tasks")).serverChanges).toMatchObject([
      { id: "mine" },
    ]);
    auth.isDown = false;
    await a.push([insert("mine"), insert("shared", { spaceId: "acme" })]);
    expect((await server.device("ben", "b").pull("tasks")).serverChanges).toMatchObject([
      { id: "shared" },
    ]);
    expect((await server.device("anna", "b").pull("tasks")).serverChanges).toHaveLength(2);
  });

  test("[DM13] while nobody can say who belongs where, an older client's edit of a shared record waits, though it names no organisation", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("ben", "b")];
    await a.push([insert("mine"), insert("shared", { spaceId: "acme" })]);
    auth.isDown = true;
    aheadMs += CACHE_MS;
    const gone = { table: "tasks", id: "shared", op: "delete" };
    await a.push([edit("mine", "later")]);
    for (const change of [edit("shared", "later"), gone])
      await expect(a.push([change, edit("mine", "again")])).rejects.toThrow("503");
    const own = await server.device("anna", "c").pull("tasks");
    expect(own.serverChanges).toMatchObject([{ id: "mine", data: { title: "again" } }]);
    // What the same push makes is known.
    await a.push([insert("new"), edit("new", "edited")]);
    auth.isDown = false;
    await a.push([edit("shared", "later"), edit("mine", "again")]);
    await a.push([insert("team", { spaceId: "acme" }), edit("team", "edited")]);
    expect((await b.pull("tasks")).serverChanges).toMatchObject([
      { id: "shared", data: { title: "later" } },
      { id: "team", data: { title: "edited" } },
    ]);
  });

  test("[DM13] however many organisations a user has, none is cut off, and the cursor stays short", async () => {
    const orgs = Array.from({ length: 80 }, (_, i) => `org-${i}`);
    for (const user of ["anna", "ben"]) auth.memberships.set(user, orgs);
    const [a, b] = [server.device("anna", "a"), server.device("ben", "b")];
    await a.push(orgs.map((spaceId) => insert(`of ${spaceId}`, { spaceId })));
    const first = await b.pull("tasks");
    expect(first.serverChanges).toHaveLength(80);
    expect(first.syncedUntil.length).toBeLessThan(100);
    await a.push([edit("of org-79", "again", { spaceId: "org-79" })]);
    const second = await b.pull("tasks", first.syncedUntil);
    expect(second.serverChanges.map(({ id }) => id)).toEqual(["of org-79"]);
    for (const user of ["anna", "ben"]) auth.memberships.set(user, [...orgs, "one more"]);
    aheadMs += CACHE_MS;
    await a.push([insert("of one more", { spaceId: "one more" })]);
    const third = await b.pull("tasks", second.syncedUntil);
    expect(third.serverChanges.map(({ id }) => id)).toContain("of one more");
    expect((await b.pull("tasks", third.syncedUntil)).serverChanges).toEqual([]);
    // Of more than can be read none is picked out: it is as if the service did not answer.
    auth.memberships.set(
      "anna",
      Array.from({ length: 1_001 }, (_, i) => `org-${i}`),
    );
    aheadMs += CACHE_MS;
    await expect(a.push([insert("shared", { spaceId: "org-1" })])).rejects.toThrow("503");
    await a.push([insert("own")]);
  });

  test("[DM13] streams and sockets tell co-members of what is written, and those who came later", async () => {
    const received: unknown[] = [];
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
    socket.on("message", (data) => received.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "auth", token: await server.token("ben") }));
    await vi.waitFor(() => expect(received).toEqual([{ type: "auth-ok" }]));
    const query = "collections=tasks";
    await using stream = await openStream(server, { userId: "ben", clientId: "b", query });
    await using late = await openStream(server, { userId: "carl", clientId: "c", query });
    await server.device("anna", "a").push([insert("shared", { spaceId: "acme" })]);
    const hint = { type: "sync-available", appId: "todo", tables: ["tasks"] };
    await vi.waitFor(() => expect(received).toContainEqual(hint), 10_000);
    await vi.waitFor(() => expect(stream.changes()).toMatchObject([{ id: "shared" }]), 10_000);
    expect(late.changes()).toEqual([]);
    auth.memberships.set("carl", ["acme"]);
    aheadMs += CACHE_MS;
    await vi.waitFor(() => expect(late.changes()).toMatchObject([{ id: "shared" }]), 10_000);
    socket.terminate();
  });
});
