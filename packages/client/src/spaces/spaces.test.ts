// One's spaces on a device, against a real server: offline, live, made here, shared by invitation.

import { defineApp } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, describe, expect, it } from "vitest";
import { collection } from "../collections/definition.ts";
import { systemEnvironment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import { openClient } from "../open-client.ts";
import { type MemoryStore, openMemoryStore } from "../store/memory.ts";
import { openSpaces } from "./index.ts";

const app = defineApp({
  name: "team",
  collections: { cards: {} },
  createSpaces: "anyone",
  sharing: { seeMembers: "members" },
});
const collections = { cards: collection<{ title: string }>() };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const OFFLINE = expect.objectContaining({ code: "offline" });

async function serve(): Promise<TestServer> {
  const server = await startTestServer({ apps: [app] });
  closing.push(() => server.close());
  return server;
}

interface Device {
  /** Whether there is a network. */
  online: boolean;
}

async function open(
  server: TestServer,
  user: string,
  given: { store?: MemoryStore; online?: boolean } = {},
) {
  const device: Device = { online: given.online ?? true };
  const events: ClientEvent[] = [];
  const wakes = new Set<() => void>();
  const environment = {
    ...systemEnvironment(),
    online: () => device.online,
    onWake(listener: () => void) {
      wakes.add(listener);
      return () => wakes.delete(listener);
    },
  };
  const client = await openClient({
    app: "team",
    store: given.store ?? (await openMemoryStore()),
    url: device.online ? server.url : "http://127.0.0.1:9",
    token: () => server.token(user),
    collections,
    environment,
    onEvent: (event) => void events.push(event),
  });
  const spaces = await openSpaces(client);
  closing.push(async () => {
    // A call that is given up may leave a connection behind, for which the server waits when it is closed.
    await spaces.refresh().catch(() => undefined);
    await client.close();
  });
  const wake = () => {
    for (const listener of [...wakes]) listener();
  };
  return { client, spaces, events, device, wake };
}

/** Waits for a list that is as it should be: what has no time limit of its own is ended by the test's. */
function until<Value>(
  list: { subscribe(listener: () => void): () => void; getSnapshot(): Value },
  is: (value: Value) => boolean,
): Promise<Value> {
  return new Promise((resolve) => {
    const look = () => {
      const value = list.getSnapshot();
      if (!is(value)) return;
      stop();
      resolve(value);
    };
    const stop = list.subscribe(look);
    look();
  });
}

describe("the list of one's spaces", () => {
  it("is live, says what is unread, and tells the person concerned", async () => {
    const server = await serve();
    const alice = await open(server, "alice");
    const bob = await open(server, "bob");
    const name = await alice.spaces.create({ title: "Plans" });
    await until(alice.spaces.list, ([one]) => one?.state === "shared");
    await until(bob.spaces.list, () => true);
    await bob.spaces.refresh();
    await alice.spaces.members(name).setRole("bob", "reader");
    const [seen] = await until(bob.spaces.list, ({ length }) => length === 1);
    expect(seen).toMatchObject({ name, title: "Plans", role: "reader", state: "shared" });
    expect(seen?.sinceMs).toBeGreaterThan(0);
    const stop = bob.spaces.reading(name);
    await until(bob.spaces.list, ([one]) => one?.unread === false);
    stop();
    const space = await alice.client.space(name);
    await space.collections.cards.insert({ title: "Milk" }).synced;
    await until(bob.spaces.list, ([one]) => one?.unread === true);
    await alice.spaces.members(name).setRole("bob", "writer");
    await until(bob.spaces.list, ([one]) => one?.role === "writer");
    await alice.spaces.members(name).remove("bob");
    await until(bob.spaces.list, ({ length }) => length === 0);
    const memberships = bob.events.filter(({ type }) => type === "membership");
    expect(memberships).toEqual([
      { type: "membership", space: name, before: null, role: "reader" },
      { type: "membership", space: name, before: "reader", role: "writer" },
      { type: "membership", space: name, before: "writer", role: null },
    ]);
  });

  it("is there without a network, as it was last seen, and no call hangs", async () => {
    const server = await serve();
    const alice = await open(server, "alice");
    const store = await openMemoryStore();
    const name = await alice.spaces.create({ title: "Plans" });
    await until(alice.spaces.list, ([one]) => one?.state === "shared");
    await alice.spaces.members(name).setRole("bob", "writer");
    const before = await open(server, "bob", { store });
    const list = await until(before.spaces.list, ({ length }) => length === 1);
    const { members } = await until(before.spaces.members(name).list, ({ ready }) => ready);
    expect(members).toEqual([
      { userId: "alice", role: "owner" },
      { userId: "bob", role: "writer" },
    ]);
    const left = store.copy();
    await before.spaces.refresh();
    await before.client.close();
    const { spaces } = await open(server, "bob", { store: left, online: false });
    expect(spaces.list.getSnapshot()).toEqual(list);
    expect((await until(spaces.members(name).list, ({ ready }) => ready)).members).toEqual(members);
    const asked = [
      spaces.refresh(),
      spaces.accept("x"),
      spaces.preview("x"),
      spaces.leave(name),
      spaces.setTitle(name, "x"),
      spaces.members(name).invite({ role: "reader" }),
      spaces.members(name).setRole("carol", "reader"),
      spaces.members(name).remove("carol"),
      spaces.members(name).handOver("alice"),
    ];
    for (const call of asked) await expect(call).rejects.toEqual(OFFLINE);
    expect(spaces.list.getSnapshot()).toEqual(list);
  });
});

describe("who is removed from a space", () => {
  it("loses it from the device with a reason, and keeps what was not sent", async () => {
    const server = await serve();
    const alice = await open(server, "alice");
    const name = await alice.spaces.create({
      title: "Plans",
      records: { cards: [{ id: "c1", title: "Secret" }] },
    });
    await until(alice.spaces.list, ([one]) => one?.state === "shared");
    await (await alice.client.space(name)).sync();
    const members = alice.spaces.members(name);
    await members.setRole("bob", "writer");
    const store = await openMemoryStore();
    const before = await open(server, "bob", { store });
    await until(before.spaces.list, ({ length }) => length === 1);
    await (await before.client.space(name)).sync();
    await before.spaces.refresh();
    const left = store.copy();
    await before.client.close();
    const away = await open(server, "bob", { store: left, online: false });
    const offline = await away.client.space(name);
    expect(await offline.collections.cards.get("c1")).toMatchObject({ title: "Secret" });
    await offline.collections.cards.insert({ id: "c2", title: "Never sent" }).local;
    await members.remove("bob");
    const pending = left.copy();
    await away.client.close();
    const back = await open(server, "bob", { store: pending });
    const space = await back.client.space(name);
    const [entry] = await until(space.inbox, ({ length }) => length > 0);
    expect(entry).toMatchObject({
      reason: "revoked",
      error: { code: "forbidden", path: "space" },
      mutation: { changes: [{ id: "c2", fields: { title: "Never sent" } }] },
    });
    const cards = space.collections.cards.live();
    await until(cards, ({ ready, rows }) => ready && rows.length === 0);
    expect(await pending.newerThan(name, 0)).toEqual([]);
    expect(back.spaces.list.getSnapshot()).toEqual([]);
    const told = back.events.filter(({ type }) => type === "gone" || type === "membership");
    expect(told).toEqual([
      { type: "membership", space: name, before: "writer", role: null },
      { type: "gone", space: name, records: [{ collection: "cards", id: "c1", gone: "revoked" }] },
    ]);
    await members.setRole("bob", "reader");
    await until(cards, ({ rows }) => rows.some(({ id }) => id === "c1"));
  });
});

describe("a space that is made on the device", () => {
  it("is there offline with its records, and is the server's with its title and rules later", async () => {
    const server = await serve();
    const store = await openMemoryStore();
    const away = await open(server, "alice", { store, online: false });
    const rule = { user: "*", item: "cards.*", action: "read", type: "allow" } as const;
    const template = {
      name: "made-here",
      title: "Template",
      rules: [rule],
      records: { cards: [{ title: "First" }, { title: "Second" }] },
    };
    for (let i = 0; i < 2; i++) expect(await away.spaces.create(template)).toBe("made-here");
    expect(away.spaces.list.getSnapshot()).toMatchObject([
      { name: "made-here", title: "Template", role: "owner", state: "making" },
    ]);
    const local = await away.client.space("made-here");
    expect(await local.collections.cards.query().then((rows) => rows.length)).toBe(2);
    const left = store.copy();
    await away.client.close();
    const back = await open(server, "alice", { store: left });
    await until(back.spaces.list, ([one]) => one?.state === "shared");
    const space = await back.client.space("made-here");
    await space.sync();
    const head = await server.store.head("team/made-here");
    expect(head?.tallies["cards"]?.count).toBe(2);
    await back.spaces.refresh();
    const rules = await server.call("alice", "/v1/team/made-here/rules");
    expect(((await rules.json()) as { rules: object[] }).rules).toMatchObject([rule]);
    expect(back.spaces.list.getSnapshot()).toMatchObject([{ title: "Template", state: "shared" }]);
  });

  it("that the server refuses says why, until it is given up", async () => {
    const server = await serve();
    await server.call("eve", "/v1/team/taken", { method: "PUT", body: '{"title":"Hers"}' });
    const { spaces } = await open(server, "alice");
    await spaces.create({ name: "taken", title: "Mine" });
    const [one] = await until(spaces.list, ([first]) => first?.state === "refused");
    expect(one).toMatchObject({ name: "taken", error: { code: "forbidden" } });
    await spaces.forget("taken");
    expect(spaces.list.getSnapshot()).toEqual([]);
    await expect(spaces.create({ name: "~alice" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("invitations", () => {
  it("are previewed, accepted and revoked; ownership is handed over, and members leave", async () => {
    const server = await serve();
    const alice = await open(server, "alice");
    const bob = await open(server, "bob");
    const name = await alice.spaces.create({ title: "Plans" });
    await until(alice.spaces.list, ([one]) => one?.state === "shared");
    const members = alice.spaces.members(name);
    const { code } = await members.invite({ role: "writer", days: 1 });
    const other = await members.invite({ role: "reader" });
    await members.revoke(other.id);
    expect(await members.invitations()).toMatchObject([{ role: "writer", by: "alice" }]);
    expect(await bob.spaces.preview(code)).toMatchObject({ name, title: "Plans", by: "alice" });
    await expect(bob.spaces.accept(other.code)).rejects.toMatchObject({ code: "not_found" });
    expect(await bob.spaces.accept(code)).toEqual({ name, role: "writer" });
    expect(bob.spaces.list.getSnapshot()).toMatchObject([{ name, role: "writer" }]);
    await until(members.list, ({ members: all }) => all.length === 2);
    await members.handOver("bob");
    await until(bob.spaces.list, ([one]) => one?.role === "owner");
    await alice.spaces.leave(name);
    expect(alice.spaces.list.getSnapshot()).toEqual([]);
    await expect(bob.spaces.leave(name)).rejects.toMatchObject({ code: "conflict" });
  });
});
