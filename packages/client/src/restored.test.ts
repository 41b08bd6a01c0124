// A server that was restored from an older backup: devices give back what they hold, or let go of it, as its operator chose.

import type { Store } from "@syncline/server";
import { createMemoryStore } from "@syncline/server";
import { describe, expect, it } from "vitest";
import { type ClientEvent, collection } from "./index.ts";
import { createWorld, type World } from "./testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ title: string; done?: boolean }>(),
  notes: collection<{ text: string }>({ policy: "versioned" }),
  log: collection<{ what: string }>({ policy: "log" }),
  counts: collection<{ n: number }>({ policy: "counter" }),
};
type Team = World<typeof COLLECTIONS>;

async function begin(seed: string) {
  const events: ClientEvent[] = [];
  const store = createMemoryStore();
  const world = await createWorld({
    seed,
    clients: 2,
    collections: COLLECTIONS,
    pollMs: 5_000,
    server: { store },
    onEvent: (_device, event) => events.push(event),
  });
  const [a, b] = world.clients;
  if (a === undefined || b === undefined) throw new Error("There are two.");
  const { todos, notes, counts } = a.client.collections;
  for (const id of ["kept", "edited", "deleted"]) await todos.insert({ id, title: "before" }).local;
  await notes.insert({ id: "n1", text: "before" }).local;
  await counts.insert({ id: "c", n: 1 }).local;
  await world.converged();
  const backup: Store = store.copy();
  return { world, a, b, events, backup };
}

/** What everybody acknowledges after the backup was taken. */
async function goOn(world: Team): Promise<void> {
  const [a, b] = world.clients;
  if (a === undefined || b === undefined) return;
  const { todos, notes, log, counts } = a.client.collections;
  await todos.update("edited", { done: true }).local;
  await todos.delete("deleted").local;
  await todos.insert({ id: "new", title: "after" }).local;
  await notes.update("n1", { text: "after" }).local;
  await notes.insert({ id: "n2", text: "after" }).local;
  await log.insert({ id: "l1", what: "after" }).local;
  await counts.update("c", { n: 2 }).local;
  await b.client.collections.todos.update("edited", { title: "by b" }).local;
  await world.converged();
}

const rows = async (world: Team, device: number) => {
  const all = world.clients[device]?.client.collections;
  return {
    todos: await all?.todos.query(),
    notes: await all?.notes.query(),
    log: await all?.log.query(),
    counts: await all?.counts.query(),
  };
};

describe("a restored server", () => {
  it("is given back what devices hold, each thing once, and nothing deleted comes back", async () => {
    const { world, a, b, events, backup } = await begin("offer");
    await goOn(world);
    await world.server.restore(backup, "offer");
    await world.converged();
    const after = await rows(world, 0);
    expect(after).toMatchObject({
      todos: [
        { id: "edited", title: "by b", done: true },
        { id: "kept", title: "before" },
        { id: "new", title: "after" },
      ],
      notes: [
        { id: "n1", text: "before" },
        { id: "n2", text: "after" },
      ],
      log: [{ id: "l1" }],
      counts: [{ id: "c", n: 1 }],
    });
    expect(await rows(world, 1)).toEqual(after);
    // What cannot be merged by itself waits, on each device that held it, with what it held.
    for (const { client } of [a, b]) {
      const waiting = client.inbox.getSnapshot().map(({ reason, mutation, current }) => ({
        reason,
        fields: mutation.changes[0]?.fields,
        theirs: current[0]?.record?.fields,
      }));
      expect(waiting).toContainEqual({ reason: "restored", fields: { n: 3 }, theirs: undefined });
      expect(waiting).toContainEqual({
        reason: "conflict",
        fields: { text: "after" },
        theirs: { text: "before" },
      });
      expect(waiting).toHaveLength(2);
    }
    const told = events.filter(({ type }) => type === "recovered");
    expect(told).toMatchObject([
      { offered: 6, parked: 1 },
      { offered: 6, parked: 1 },
    ]);
    const history = await world.server
      .store()
      .history({ space: world.server.space, after: 0, limit: 99 });
    expect(history.filter(({ recovered }) => recovered === true).length).toBeGreaterThan(4);
  });

  it("is let go of where that was the choice, and told", async () => {
    const { world, events, backup } = await begin("discard");
    const before = await rows(world, 0);
    await goOn(world);
    await world.server.restore(backup, "discard");
    await world.converged();
    expect(await rows(world, 0)).toEqual(before);
    expect(await rows(world, 1)).toEqual(before);
    const told = events.flatMap((event) => (event.type === "rolled_back" ? event.records : []));
    expect(new Set(told.map(({ id }) => id))).toEqual(
      new Set(["edited", "deleted", "new", "n1", "n2", "l1", "c"]),
    );
  });

  it("leaves a device alone that had not read past the backup, and keeps what is pending", async () => {
    const { world, b, events, backup } = await begin("behind");
    world.partition(1);
    const write = b.client.collections.todos.insert({ id: "pending", title: "p" });
    await write.local;
    const [a] = world.clients;
    await a?.client.collections.todos.insert({ id: "new", title: "after" }).local;
    await world.advance(5_000);
    await world.server.restore(backup, "offer");
    await world.heal();
    await world.converged();
    expect((await b.client.collections.todos.query()).map(({ id }) => id)).toEqual([
      "deleted",
      "edited",
      "kept",
      "new",
      "pending",
    ]);
    expect(await write.synced).toEqual({ status: "applied" });
    expect(events.filter(({ type }) => type === "recovered")).toHaveLength(1);
  });

  it("meets a device in the middle of giving back, whatever step it crashes at", async () => {
    for (let steps = 1; steps <= 8; steps++) {
      const { world, b, backup } = await begin(`crash ${steps}`);
      await goOn(world);
      world.partition(0);
      b.crashAfterSteps(steps);
      await world.server.restore(backup, "offer");
      await world.advance(20_000);
      await world.heal();
      await world.converged();
      expect((await rows(world, 1)).todos?.map(({ id }) => id)).toEqual(["edited", "kept", "new"]);
    }
  });

  it("is a second time restored from the same backup", async () => {
    const { world, backup, a } = await begin("twice");
    const store = backup as ReturnType<typeof createMemoryStore>;
    await goOn(world);
    await world.server.restore(store.copy(), "offer");
    await world.converged();
    await a.client.collections.todos.insert({ id: "between", title: "x" }).local;
    await world.converged();
    await world.server.restore(store.copy(), "offer");
    await world.converged();
    const ids = (await rows(world, 1)).todos?.map(({ id }) => id);
    expect(ids).toEqual(["between", "edited", "kept", "new"]);
  });
});
