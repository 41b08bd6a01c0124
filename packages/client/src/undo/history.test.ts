// Undo and redo, in worlds of devices.

import { describe, expect, it } from "vitest";
import { type ClientEvent, collection } from "../index.ts";
import { createWorld } from "../testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ title?: string; done?: boolean | null; rank?: number }>(),
  notes: collection<{ text: string; tag?: string }>({ policy: "versioned" }),
  stock: collection<{ count?: number; name?: string }>({ policy: "counter" }),
  events: collection<{ what: string }>({ policy: "log" }),
};

async function worldOfTwo(seed = "undo") {
  const events: ClientEvent[] = [];
  const world = await createWorld({
    seed,
    clients: 2,
    collections: COLLECTIONS,
    onEvent: (_, event) => void events.push(event),
  });
  const [a, b] = world.clients;
  if (a === undefined || b === undefined) throw new Error("two devices were asked for");
  return { ...world, a, b, events };
}

describe("undo", () => {
  it("takes back inserts, updates and deletes as new changes, and redo makes them again", async () => {
    const { a, b, converged } = await worldOfTwo();
    const { todos } = a.client.collections;
    todos.insert({ id: "t", title: "one", done: false });
    todos.update("t", { title: "two" });
    await todos.delete("t").local;
    await converged();
    const shown = [];
    for (const turn of ["undo", "undo", "undo", "undo", "redo", "redo", "redo", "redo"] as const) {
      const write = a.client[turn]();
      await write?.local;
      await converged();
      const mine = await todos.get("t");
      expect(await b.client.collections.todos.get("t")).toEqual(mine);
      shown.push(write === undefined ? "nothing" : (mine?.title ?? "none"));
    }
    expect(shown).toEqual([
      ...["two", "one", "none", "nothing"],
      ...["one", "two", "none", "nothing"],
    ]);
  });

  it("takes back a transaction that was begun before it and is still being filled, and no write that came after", async () => {
    const { a } = await worldOfTwo();
    const { todos } = a.client.collections;
    await todos.insert({ id: "t", title: "one", rank: 1 }).local;
    const filled = Promise.withResolvers<void>();
    const slow = a.client.transaction(async (tx) => {
      await filled.promise;
      tx.todos.update("t", { title: "two" });
    });
    const undo = a.client.undo();
    const later = todos.update("t", { rank: 2 });
    setTimeout(filled.resolve, 20);
    await Promise.all([slow.local, undo?.local, later.local]);
    expect(await todos.get("t")).toMatchObject({ title: "one", rank: 2 });
    await a.client.undo()?.local;
    expect(await todos.get("t")).toMatchObject({ title: "one", rank: 1 });
  });

  it("leaves every field that somebody has written since, and says so", async () => {
    const { a, b, converged, events } = await worldOfTwo();
    await a.client.collections.todos.insert({ id: "t", title: "one", done: false, rank: 1 }).local;
    await a.client.collections.todos.update("t", { title: "two", done: true, rank: 2 }).local;
    await converged();
    await b.client.collections.todos.update("t", { title: "theirs" }).local;
    // The same value from another's hand is another's.
    await b.client.collections.todos.update("t", { rank: 3 }).local;
    await b.client.collections.todos.update("t", { rank: 2 }).local;
    await converged();
    await a.client.undo()?.local;
    await converged();
    for (const { client } of [a, b])
      expect(await client.collections.todos.get("t")).toMatchObject({
        title: "theirs",
        done: false,
        rank: 2,
      });
    expect(events.filter(({ type }) => type === "not_undone")).toMatchObject([
      {
        label: "update todos",
        dropped: false,
        records: [{ collection: "todos", id: "t", fields: ["title", "rank"], reason: "changed" }],
      },
    ]);
  });

  it("does not overwrite a later edit that this device has not seen", async () => {
    const { a, b, converged, partition, heal } = await worldOfTwo();
    await a.client.collections.todos.insert({ id: "t", title: "one" }).local;
    await a.client.collections.todos.update("t", { title: "two" }).local;
    await converged();
    partition();
    await b.client.collections.todos.update("t", { title: "theirs" }).local;
    await a.client.undo()?.local;
    expect(await a.client.collections.todos.get("t")).toMatchObject({ title: "one" });
    await heal();
    await converged();
    expect(await a.client.collections.todos.get("t")).toMatchObject({ title: "theirs" });
  });

  it("counts a counter back, and patches a versioned record over its current version", async () => {
    const { a, b, converged } = await worldOfTwo();
    await a.client.collections.stock.insert({ id: "s", count: 10 }).local;
    await a.client.collections.notes.insert({ id: "n", text: "one" }).local;
    await a.client.transaction((tx) => {
      tx.stock.update("s", { count: 5 });
      tx.notes.update("n", { text: "two", tag: "mine" });
    }).local;
    await converged();
    await b.client.collections.stock.update("s", { count: 100 }).local;
    await b.client.collections.notes.update("n", { tag: "theirs" }).local;
    await converged();
    await a.client.undo()?.local;
    await converged();
    expect(await b.client.collections.stock.get("s")).toMatchObject({ count: 110 });
    expect(await b.client.collections.notes.get("n")).toEqual({
      id: "n",
      text: "one",
      tag: "theirs",
    });
    await a.client.redo()?.local;
    await converged();
    expect(await b.client.collections.stock.get("s")).toMatchObject({ count: 115 });
    expect(a.client.inbox.getSnapshot()).toEqual([]);
  });

  it("makes a field that was not there null, or takes it away where that harms nobody", async () => {
    const { a } = await worldOfTwo();
    const { todos, notes } = a.client.collections;
    todos.insert({ id: "t", title: "one" });
    notes.insert({ id: "n", text: "one" });
    a.client.transaction((tx) => {
      tx.todos.update("t", { done: true });
      tx.notes.update("n", { tag: "new" });
    });
    await a.client.undo()?.local;
    expect(await todos.get("t")).toEqual({ id: "t", title: "one", done: null });
    expect(await todos.count({ where: { done: null } })).toBe(1);
    expect(await notes.get("n")).toEqual({ id: "n", text: "one" });
    await a.client.redo()?.local;
    expect(await notes.get("n")).toEqual({ id: "n", text: "one", tag: "new" });
  });

  it("takes a transaction back in one step, without the entries of logs, which it names", async () => {
    const { a, events } = await worldOfTwo();
    await a.client.transaction(
      (tx) => {
        tx.todos.insert({ id: "t", title: "one" });
        tx.events.insert({ id: "e", what: "made a todo" });
      },
      { label: "Add a todo" },
    ).local;
    // A log alone is nothing that could be taken back.
    await a.client.collections.events.insert({ what: "looked at it" }).local;
    expect(a.client.history.state.getSnapshot().undoLabel).toBe("Add a todo");
    await a.client.undo()?.local;
    expect(await a.client.collections.todos.count()).toBe(0);
    expect(await a.client.collections.events.count()).toBe(2);
    expect(events).toMatchObject([{ type: "not_undone", records: [{ id: "e", reason: "log" }] }]);
  });

  it("says what can be undone, forgets what the server refused, and keeps 100 steps", async () => {
    const { a, b, converged, advance, partition, heal } = await worldOfTwo();
    const { history, collections } = a.client;
    const seen: unknown[] = [];
    const stop = history.state.subscribe(() => seen.push(history.state.getSnapshot()));
    await collections.notes.insert({ id: "n", text: "one" }).local;
    await history.undo()?.local;
    await history.redo()?.local;
    stop();
    expect(seen).toMatchObject([
      { canUndo: true, canRedo: false, undoLabel: "insert notes" },
      { canUndo: false, canRedo: true, redoLabel: "insert notes" },
      { canUndo: true, canRedo: false },
    ]);
    await converged();
    partition(0);
    await b.client.collections.notes.update("n", { text: "theirs" }).local;
    await advance(5_000);
    const refused = collections.notes.update("n", { text: "mine" });
    await refused.local;
    expect(history.state.getSnapshot().undoLabel).toBe("update notes");
    await heal();
    await converged();
    expect(a.client.inbox.getSnapshot()).toHaveLength(1);
    expect(history.state.getSnapshot().undoLabel).toBe("insert notes");
    for (let i = 0; i < 120; i++) collections.todos.insert({ title: `${i}` });
    let undone = 0;
    while (history.undo() !== undefined) {
      undone += 1;
      await collections.todos.count();
    }
    expect(undone).toBe(100);
  });

  it("keeps the step when the device had no room for its undoing", async () => {
    const { a, heal } = await worldOfTwo();
    await a.client.collections.todos.insert({ id: "t", title: "one" }).local;
    a.full(true);
    const code = await a.client.undo()?.local.catch((error: { code: string }) => error.code);
    expect(code).toBe("storage_full");
    await heal();
    await a.client.undo()?.local;
    expect(await a.client.collections.todos.count()).toBe(0);
  });

  it("follows a conflict that the app's rule has decided", async () => {
    const { a, b, converged, advance, partition, heal } = await createRuled();
    await a.client.collections.notes.insert({ id: "n", text: "one" }).local;
    await converged();
    partition(0);
    await b.client.collections.notes.update("n", { text: "theirs" }).local;
    await advance(5_000);
    await a.client.collections.notes.update("n", { text: "mine" }).local;
    await heal();
    await converged();
    expect(await b.client.collections.notes.get("n")).toMatchObject({ text: "theirs + mine" });
    await a.client.undo()?.local;
    await converged();
    expect(await b.client.collections.notes.get("n")).toMatchObject({ text: "theirs" });
  });
});

async function createRuled() {
  const world = await createWorld({
    seed: "ruled",
    clients: 2,
    collections: {
      notes: collection<{ text: string }>({
        policy: "versioned",
        onConflict: ({ mine, theirs }) => ({ merge: { text: `${theirs?.text} + ${mine?.text}` } }),
      }),
    },
  });
  const [a, b] = world.clients;
  if (a === undefined || b === undefined) throw new Error("two devices were asked for");
  return { ...world, a, b };
}
