// The client as an app sees it, in worlds of devices.

import { describe, expect, it } from "vitest";
import { collection, type SynclineError } from "./index.ts";
import type { openMemoryStore } from "./store/memory.ts";
import { createWorld } from "./testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ title: string; done?: boolean; rank?: number }>(),
  notes: collection<{ text: string }>({ policy: "versioned" }),
};

const world = (clients = 2, seed = "client") =>
  createWorld({ seed, clients, collections: COLLECTIONS });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: SynclineError) => error.code,
  );

describe("writing", () => {
  it("[G6] reads its own writes at once, without a network, and after a crash", async () => {
    const { clients, partition } = await world();
    partition();
    const [device] = clients;
    if (device === undefined) return;
    const { todos } = device.client.collections;
    const { id, local } = todos.insert({ title: "a" });
    expect(await todos.get(id)).toEqual({ id, title: "a" });
    await local;
    todos.update(id, { done: true });
    expect(await todos.query({ where: { done: true } })).toHaveLength(1);
    await todos.update(id, { rank: 2 }).local;
    device.crash();
    await device.reopen();
    expect(await device.client.collections.todos.get(id)).toEqual({
      id,
      title: "a",
      done: true,
      rank: 2,
    });
    expect(device.client.outbox.getSnapshot()).toHaveLength(3);
  });

  it("refuses by name what cannot be written, and stays usable", async () => {
    const { clients } = await world(1);
    const todos = clients[0]?.client.collections.todos;
    if (todos === undefined) return;
    expect(await codeOf(todos.update("nobody", { done: true }).local)).toBe("not_found");
    expect(await codeOf(todos.insert({ id: "a b", title: "x" }).local)).toBe("invalid");
    expect(await codeOf(todos.insert({ title: Number.NaN as unknown as string }).synced)).toBe(
      "invalid",
    );
    expect(await codeOf(todos.insert(JSON.parse('{"title":"x","__proto__":{"a":1}}')).local)).toBe(
      "invalid",
    );
    expect(await codeOf(todos.insert({ title: "x".repeat(300_000) }).local)).toBe("too_large");
    await todos.insert({ id: "a", title: "x" }).local;
    expect(await codeOf(todos.insert({ id: "a", title: "y" }).local)).toBe("conflict");
    expect(await todos.count()).toBe(1);
  });

  it("[G4] commits a transaction as one mutation, or nothing of it", async () => {
    const { clients, converged } = await world();
    const [a, b] = clients;
    const failing = a?.client.transaction(async (tx) => {
      const { id } = tx.todos.insert({ title: "one" });
      expect(await tx.todos.get(id)).toMatchObject({ title: "one" });
      tx.todos.update("nobody", { done: true });
    });
    expect(await codeOf(failing?.local ?? Promise.resolve())).toBe("not_found");
    await a?.client.transaction((tx) => {
      tx.todos.insert({ id: "x", title: "one" });
      tx.notes.insert({ id: "y", text: "two" });
    }).local;
    expect(a?.client.outbox.getSnapshot()).toHaveLength(1);
    await converged();
    expect(await b?.client.collections.todos.count()).toBe(1);
    expect(await b?.client.collections.notes.get("y")).toEqual({ id: "y", text: "two" });
  });

  it("says when a write is on the device, and when it is on the server", async () => {
    const { clients, advance } = await world(1);
    const device = clients[0]?.client;
    const write = device?.collections.todos.insert({ title: "a" });
    let synced = false;
    write?.synced.then(
      () => {
        synced = true;
      },
      () => undefined,
    );
    await write?.local;
    expect([synced, device?.outbox.getSnapshot()[0]?.state]).toEqual([false, "queued"]);
    await advance(5_000);
    expect([synced, device?.outbox.getSnapshot().length]).toEqual([true, 0]);
  });
});

describe("syncing", () => {
  it("[G9] tries again by itself after a failure, without waiting for the next write", async () => {
    const { clients, server, advance } = await world(1);
    const device = clients[0];
    server.crash();
    await device?.client.collections.todos.insert({ title: "a" }).local;
    await advance(5_000);
    expect(device?.client.status.getSnapshot()).toMatchObject({
      phase: "offline",
      pending: 1,
      reason: { code: "offline" },
    });
    await server.restart();
    await advance(120_000);
    expect(device?.client.status.getSnapshot()).toMatchObject({
      phase: "live",
      pending: 0,
      reason: null,
    });
  });

  it("[G8] keeps what is pending when the server was restored from a backup", async () => {
    const { clients, server, converged, advance } = await world();
    const { createMemoryStore } = await import("@syncline/server");
    const [a, b] = clients;
    await a?.client.collections.todos.insert({ id: "old", title: "before the backup" }).local;
    await converged();
    const copy = (server.store() as ReturnType<typeof createMemoryStore>).copy();
    await a?.client.collections.todos.insert({ id: "lost", title: "after the backup" }).local;
    await converged();
    server.crash();
    await copy.rotateEpoch(server.space, "another-life", "discard");
    await a?.client.collections.todos.insert({ id: "pending", title: "while it was away" }).local;
    await b?.client.collections.todos.update("old", { done: true }).local;
    await advance(3_000);
    await server.restart(copy);
    await converged();
    for (const device of [a, b]) {
      const ids = (await device?.client.collections.todos.query())?.map(({ id }) => id);
      expect(ids).toEqual(["old", "pending"]);
      expect((await device?.client.collections.todos.get("old"))?.done).toBe(true);
    }
  });

  it("[G3] loses and doubles nothing when a device's database was copied", async () => {
    const { clients, converged } = await world();
    const [a, b] = clients;
    await a?.client.collections.todos.insert({ id: "first", title: "1" }).local;
    await converged();
    const backup = (a?.store as Awaited<ReturnType<typeof openMemoryStore>> | undefined)?.copy();
    await a?.client.collections.todos.insert({ id: "second", title: "2" }).local;
    await converged();
    // The device is set back, and writes something else under a number that it has used.
    await a?.reopen(backup);
    await a?.client.collections.todos.insert({ id: "third", title: "3" }).local;
    await converged();
    for (const device of [a, b]) {
      expect((await device?.client.collections.todos.query())?.map(({ id }) => id)).toEqual([
        "first",
        "second",
        "third",
      ]);
    }
  });

  it("a write that the server refuses waits in the inbox and blocks nothing behind it", async () => {
    const { clients, converged, advance } = await world();
    const [a, b] = clients;
    await a?.client.collections.notes.insert({ id: "n", text: "1" }).local;
    await converged();
    await a?.client.collections.notes.update("n", { text: "a" }).local;
    const refused = b?.client.collections.notes.update("n", { text: "b" });
    const behind = b?.client.collections.todos.insert({ id: "t", title: "behind" });
    await refused?.local;
    await advance(20_000);
    const parked = [
      ...(a?.client.inbox.getSnapshot() ?? []),
      ...(b?.client.inbox.getSnapshot() ?? []),
    ];
    expect(parked).toMatchObject([
      { reason: "conflict", current: [{ id: "n", record: { version: 2 } }] },
    ]);
    await behind?.synced;
    const loser = [a, b].find((device) => (device?.client.inbox.getSnapshot().length ?? 0) > 0);
    loser?.crash();
    await loser?.reopen();
    const [entry] = loser?.client.inbox.getSnapshot() ?? [];
    await loser?.client.inbox.edit(entry?.id ?? 0, { text: "both" });
    await converged();
    expect((await a?.client.collections.notes.get("n"))?.text).toBe("both");
    expect(loser?.client.inbox.getSnapshot()).toEqual([]);
  });

  it("goes on when the device is full, and says so", async () => {
    const { clients, heal, converged } = await world();
    const [a] = clients;
    a?.full(true);
    expect(
      await codeOf(a?.client.collections.todos.insert({ title: "x" }).local ?? Promise.resolve()),
    ).toBe("storage_full");
    await heal();
    await a?.client.collections.todos.insert({ title: "y" }).local;
    await converged();
    expect(await clients[1]?.client.collections.todos.count()).toBe(1);
  });
});

describe("live queries", () => {
  it("gives the same snapshot while nothing changed, and the same rows where nothing changed", async () => {
    const { clients, advance } = await world();
    const todos = clients[0]?.client.collections.todos;
    await todos?.insert({ id: "a", title: "a", rank: 1 }).local;
    await todos?.insert({ id: "b", title: "b", rank: 2 }).local;
    const live = todos?.live({ orderBy: "-rank" });
    let told = 0;
    const stop = live?.subscribe(() => {
      told += 1;
    });
    await advance(10);
    const before = live?.getSnapshot();
    expect(before?.rows.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(live?.getSnapshot()).toBe(before);
    await todos?.update("a", { rank: 3 }).local;
    const after = live?.getSnapshot();
    expect(after?.rows.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(after?.rows[1]).toBe(before?.rows[0]);
    expect(Object.isFrozen(after?.rows[0])).toBe(true);
    const count = told;
    await advance(60_000);
    expect(told).toBe(count);
    stop?.();
  });

  it("finds by equality, range, membership, beginning and absence, sorted and cut", async () => {
    const { clients } = await world(1);
    const todos = clients[0]?.client.collections.todos;
    for (const [i, title] of ["apple", "apricot", "pear", "plum"].entries())
      await todos?.insert({ id: `t${i}`, title, rank: i }).local;
    const ids = async (query: Parameters<NonNullable<typeof todos>["query"]>[0]) =>
      (await todos?.query(query))?.map(({ id }) => id);
    expect(await ids({ where: { title: { startsWith: "ap" } } })).toEqual(["t0", "t1"]);
    expect(await ids({ where: { rank: { gte: 1, lt: 3 } } })).toEqual(["t1", "t2"]);
    expect(await ids({ where: { title: { in: ["plum", "pear"] } }, orderBy: "-title" })).toEqual([
      "t3",
      "t2",
    ]);
    expect(await ids({ where: { title: { not: "pear" } }, limit: 2, offset: 1 })).toEqual([
      "t1",
      "t3",
    ]);
    expect(await todos?.count({ where: { rank: 2 } })).toBe(1);
  });
});

describe("leaving", () => {
  it("drops nothing at sign-out without being told to", async () => {
    const { clients, partition, advance } = await world(3);
    partition();
    for (const { client } of clients)
      await client.collections.todos.insert({ title: "unsynced" }).local;
    const [a, b, c] = clients;
    const leaving = codeOf(a?.client.signOut({ unsynced: "push" }) ?? Promise.resolve());
    await advance(60_000);
    expect(await leaving).toBe("offline");
    const { unsynced } = (await b?.client.signOut({ unsynced: "export" })) ?? { unsynced: [] };
    expect(unsynced).toHaveLength(1);
    expect(await b?.store.outbox("~")).toEqual([]);
    await c?.client.signOut({ unsynced: "keep" });
    expect(await c?.store.outbox("~")).toHaveLength(1);
  });

  it("closes while it syncs, and answers nothing afterwards", async () => {
    const { clients, server } = await world(1);
    const client = clients[0]?.client;
    server.crash();
    const syncing = client?.sync();
    await client?.close();
    expect(await codeOf(syncing ?? Promise.resolve())).toBe("closed");
    expect(client?.status.getSnapshot().phase).toBe("closed");
    expect(await codeOf(client?.sync() ?? Promise.resolve())).toBe("closed");
  });
});

it("explains why a record is shown", async () => {
  const { clients, converged } = await world();
  const [a, b] = clients;
  const { id, local } = a?.client.collections.todos.insert({ title: "x" }) ?? {
    id: "",
    local: undefined,
  };
  await local;
  expect((await a?.client.explain("todos", id))?.because).toContain("This device");
  await converged();
  expect((await b?.client.explain("todos", id))?.because).toContain("The server has it");
  expect((await b?.client.explain("todos", "nobody"))?.because).toContain("no such record");
});
