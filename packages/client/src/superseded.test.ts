// A write that lost is told: to whoever waits for it, in whichever tab, and by an event.

import { describe, expect, it } from "vitest";
import { type ClientEvent, collection } from "./index.ts";
import { createWorld } from "./testing/index.ts";

const COLLECTIONS = { todos: collection<{ title: string; done?: boolean }>() };

describe.each([{ tabs: 1 }, { tabs: 2 }])("a write that lost, %j", ({ tabs }) => {
  it("settles with what it lost, and by what", async () => {
    const events: ClientEvent[] = [];
    const world = await createWorld({
      seed: "superseded",
      clients: 2,
      tabsOf: (device) => (device === 1 ? tabs : 1),
      collections: COLLECTIONS,
      onEvent: (_device, event) => events.push(event),
    });
    const [a] = world.clients;
    // The last tab: where there are two, the other one syncs.
    const b = world.clients.at(-1);
    if (a === undefined || b === undefined) return;
    for (const id of ["edited", "deleted", "kept"])
      await a.client.collections.todos.insert({ id, title: "begin" }).local;
    await world.converged();
    world.partition(1);
    const edited = b.client.collections.todos.update("edited", { title: "late", done: true });
    const deleted = b.client.collections.todos.update("deleted", { title: "late" });
    const kept = b.client.collections.todos.update("kept", { title: "late" });
    await Promise.all([edited.local, deleted.local, kept.local]);
    await world.advance(60_000);
    await a.client.collections.todos.update("edited", { title: "newer" }).local;
    await a.client.collections.todos.delete("deleted").local;
    await world.advance(5_000);
    await world.heal();
    await world.converged();
    expect(await edited.synced).toMatchObject({
      status: "superseded",
      records: [{ id: "edited", fields: { title: expect.any(String) } }],
    });
    expect(await deleted.synced).toMatchObject({
      status: "superseded",
      records: [{ id: "deleted", deleted: true }],
    });
    expect(await kept.synced).toEqual({ status: "applied" });
    const told = events.flatMap((event) => (event.type === "superseded" ? event.records : []));
    expect(told.map(({ id }) => id).sort()).toEqual(["deleted", "edited"]);
  });
});
