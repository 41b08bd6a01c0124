// The adapter with TanStack DB itself, over devices of a world.

import { createCollection, createLiveQueryCollection, eq } from "@tanstack/db";
import { describe, expect, it } from "vitest";
import { collection } from "../index.ts";
import { createWorld } from "../testing/index.ts";
import { synclineCollectionOptions } from "./index.ts";

const COLLECTIONS = { todos: collection<{ title: string; done: boolean }>() };

const world = (clients = 1) => createWorld({ seed: "tanstack", clients, collections: COLLECTIONS });

describe("a Syncline collection in TanStack DB", () => {
  it("shows what is on the device, and what other devices write", async () => {
    const { clients, converged } = await world(2);
    const [a, b] = clients.map(({ client }) => client);
    if (a === undefined || b === undefined) throw new Error("two devices");
    await a.collections.todos.insert({ id: "t1", title: "mine", done: false }).local;
    const todos = createCollection(synclineCollectionOptions({ client: a, collection: "todos" }));
    const open = createLiveQueryCollection((query) =>
      query
        .from({ todo: todos })
        .where(({ todo }) => eq(todo.done, false))
        .orderBy(({ todo }) => todo.title),
    );
    await open.preload();
    expect(open.toArray.map(({ title }) => title)).toEqual(["mine"]);
    await b.collections.todos.insert({ id: "t2", title: "another's", done: false }).local;
    await converged();
    expect(open.toArray.map(({ title }) => title)).toEqual(["another's", "mine"]);
    await b.collections.todos.update("t2", { done: true }).local;
    await converged();
    expect(open.toArray.map(({ title }) => title)).toEqual(["mine"]);
    await b.collections.todos.delete("t1").local;
    await converged();
    expect(todos.has("t1")).toBe(false);
  });

  it("writes through the device's outbox, a transaction as one mutation", async () => {
    const { clients } = await world();
    const client = clients[0]?.client;
    if (client === undefined) throw new Error("a device");
    const todos = createCollection(synclineCollectionOptions({ client, collection: "todos" }));
    await todos.preload();
    const insert = todos.insert([
      { id: "t1", title: "one", done: false },
      { id: "t2", title: "two", done: false },
    ]);
    expect(todos.size).toBe(2);
    await insert.isPersisted.promise;
    expect(client.outbox.getSnapshot()).toMatchObject([
      { mutation: { changes: [{ id: "t1" }, { id: "t2" }] } },
    ]);
    await todos.update("t1", (draft) => {
      draft.done = true;
    }).isPersisted.promise;
    expect(await client.collections.todos.get("t1")).toEqual({
      id: "t1",
      title: "one",
      done: true,
    });
    expect(client.outbox.getSnapshot()[1]?.mutation.changes[0]).toMatchObject({
      op: "patch",
      fields: { done: true },
    });
    await todos.delete("t2").isPersisted.promise;
    expect([todos.size, await client.collections.todos.count()]).toEqual([1, 1]);
  });

  it("rolls back what the device refuses", async () => {
    const { clients } = await world();
    const client = clients[0]?.client;
    if (client === undefined) throw new Error("a device");
    const todos = createCollection(synclineCollectionOptions({ client, collection: "todos" }));
    await todos.preload();
    const write = todos.insert({ id: "t1", title: "x".repeat(300_000), done: false });
    await expect(write.isPersisted.promise).rejects.toMatchObject({ code: "too_large" });
    expect(todos.size).toBe(0);
    expect(client.outbox.getSnapshot()).toEqual([]);
  });
});
