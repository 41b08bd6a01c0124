// Tabs of one device, in worlds where they can be frozen and closed.

import { describe, expect, it } from "vitest";
import { collection } from "../index.ts";
import { createWorld } from "../testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ title: string; done?: boolean }>(),
  notes: collection<{ text: string }>({ policy: "versioned" }),
  counts: collection<{ n: number }>({ policy: "counter" }),
};

async function world(seed: string) {
  const made = await createWorld({
    seed,
    clients: 2,
    tabsOf: (device) => (device === 0 ? 2 : 1),
    collections: COLLECTIONS,
  });
  const [first, second, other] = made.clients;
  if (first === undefined || second === undefined || other === undefined)
    throw new Error("two tabs and another device");
  return { ...made, first, second, other };
}

const syncs = (trace: readonly string[], name: string) =>
  trace.filter((line) => line.includes(`${name} sync`) || line.includes(`${name} stream`)).length;

describe("tabs of one device", () => {
  it("show what another wrote, and only one of them talks to the server", async () => {
    const { first, second, partition, advance, converged, heal, trace } = await world("show");
    await converged();
    partition();
    await first.client.collections.todos.insert({ id: "a", title: "from the first" }).local;
    await second.client.collections.todos.insert({ id: "b", title: "from the second" }).local;
    await advance(10);
    for (const { client } of [first, second])
      expect((await client.collections.todos.query({ orderBy: "id" })).map(({ id }) => id)).toEqual(
        ["a", "b"],
      );
    expect(first.client.outbox.getSnapshot()).toHaveLength(2);
    await heal();
    await converged();
    expect(syncs(trace, "device 0")).toBeGreaterThan(0);
    expect(syncs(trace, "device 0 tab 1")).toBe(0);
    expect(second.client.status.getSnapshot()).toMatchObject({ phase: "live", pending: 0 });
  });

  it("hear what became of their writes, whoever sent them", async () => {
    const { second, server, advance, converged } = await world("hear");
    await converged();
    const { todos, notes } = second.client.collections;
    const write = todos.insert({ id: "a", title: "x" });
    const refused = notes.insert({ id: "n", text: "mine" });
    await write.local;
    await converged();
    await write.synced;
    await refused.synced;
    expect((await server.head())?.tallies["notes"]?.count).toBe(1);
    // A record that is gone for good on the server refuses what is built on it.
    const gone = todos.update("a", { done: true });
    await gone.local;
    await advance(5_000);
    await gone.synced;
  });

  it("write one after the other to a versioned record without a conflict of their own", async () => {
    const { first, second, converged } = await world("versions");
    await first.client.collections.notes.insert({ id: "n", text: "0" }).local;
    await converged();
    for (let i = 1; i <= 10; i++) {
      const { notes } = (i % 2 === 0 ? first : second).client.collections;
      // In the same moment, before either has heard of the other.
      await Promise.all([
        notes.update("n", { text: `${i}` }).local,
        (i % 2 === 0 ? second : first).client.collections.notes.update("n", { text: `${i}b` })
          .local,
      ]);
    }
    await converged();
    for (const { client } of [first, second]) expect(client.inbox.getSnapshot()).toEqual([]);
    expect((await first.store.get("~", "notes", "n"))?.version).toBe(21);
  });

  it("[G3] push nothing twice when the one that syncs freezes in the middle", async () => {
    const { first, second, other, advance, converged, heal, server } = await world("freeze");
    await first.client.collections.counts.insert({ id: "c", n: 0 }).local;
    await converged();
    const leader = first;
    for (let round = 0; round < 5; round++) {
      leader.client.collections.counts.update("c", { n: 1 });
      await second.client.collections.counts.update("c", { n: 1 }).local;
      await advance(3);
      leader.freeze();
      // Longer than anybody waits for a sign of life.
      await advance(20_000);
      expect(second.client.status.getSnapshot().pending).toBe(0);
      leader.thaw();
      await converged();
    }
    await heal();
    await converged();
    expect((await other.client.collections.counts.get("c"))?.n).toBe(10);
    expect((await first.client.collections.counts.get("c"))?.n).toBe(10);
    expect(server.up()).toBe(true);
  });

  it("pass the lead on when one is closed, with what it had not sent", async () => {
    const { first, second, other, partition, heal, converged } = await world("close");
    await converged();
    partition();
    await first.client.collections.todos.insert({ id: "a", title: "unsent" }).local;
    first.crash();
    await second.client.collections.todos.insert({ id: "b", title: "later" }).local;
    await heal();
    await converged();
    expect(await other.client.collections.todos.count()).toBe(2);
  });

  it("are closed when one of them signs the user out", async () => {
    const { first, second, advance, converged } = await world("sign out");
    await first.client.collections.todos.insert({ id: "a", title: "x" }).local;
    await converged();
    const left = first.client.signOut({ unsynced: "discard" });
    await advance(1_000);
    await left;
    await advance(1_000);
    expect(second.client.status.getSnapshot().phase).toBe("closed");
  });
});

it("a write is never refused because another tab writes all the time", async () => {
  let left = 40;
  const { clients, advance, converged } = await createWorld({
    seed: "busy",
    clients: 1,
    tabsOf: () => 2,
    collections: { todos: collection<{ title: string }>() },
    wrapStore: (store) =>
      new Proxy(store, {
        get(target, name, receiver) {
          if (name !== "append" || left <= 0) return Reflect.get(target, name, receiver);
          // Each time that it is about to write, the other tab was faster.
          left -= 1;
          return async () => null;
        },
      }),
  });
  const [, tab] = clients;
  const write = tab?.client.collections.todos.insert({ title: "a" });
  await advance(10_000);
  await write?.local;
  expect(left).toBe(0);
  await converged();
});
