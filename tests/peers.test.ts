// What users of other engines suffer from, and why it cannot happen here: one short test a complaint.

import { collection, openMemoryStore } from "@syncline/client";
import { createWorld, type World } from "@syncline/client/testing";
import { createMemoryStore } from "@syncline/server";
import { describe, expect, it } from "vitest";

const COLLECTIONS = {
  items: collection<{ name: string; a?: number; b?: number }>(),
  locked: collection<{ text: string }>({ policy: "versioned" }),
  events: collection<{ what: string }>({ policy: "log" }),
};
type Collections = typeof COLLECTIONS;

async function worldOf(
  clients = 2,
  more: { pageRecords?: number } = {},
): Promise<World<Collections>> {
  return await createWorld({ seed: "peers", clients, collections: COLLECTIONS, server: more });
}

async function names(world: World<Collections>): Promise<string[][]> {
  return await Promise.all(
    world.clients.map(async ({ client }) =>
      (await client.collections.items.query({ orderBy: "name" })).map(({ name }) => name),
    ),
  );
}

function two(world: World<Collections>) {
  const [a, b] = world.clients;
  if (a === undefined || b === undefined) throw new Error("two devices are needed");
  return { a, b };
}

describe("stuck sync and lost writes", () => {
  it("A1: a failed upload is tried again without the next local write", async () => {
    const world = await worldOf();
    const { a } = two(world);
    world.faults({ dropRequest: 1 });
    await a.client.collections.items.insert({ name: "x" }).local;
    await world.advance(60_000);
    world.faults({ dropRequest: 0 });
    await world.converged();
    expect(await names(world)).toEqual([["x"], ["x"]]);
  });

  it("A3: a poisoned write freezes neither what is behind it nor downloads", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    await a.client.collections.locked.insert({ id: "l", text: "1" }).local;
    await world.converged();
    world.partition(0);
    await a.client.collections.locked.update("l", { text: "poison" }).local;
    await a.client.collections.items.insert({ name: "behind" }).local;
    await b.client.collections.locked.update("l", { text: "2" }).local;
    await b.client.collections.items.insert({ name: "theirs" }).local;
    await world.advance(60_000);
    await world.heal();
    await world.converged();
    expect(await names(world)).toEqual([
      ["behind", "theirs"],
      ["behind", "theirs"],
    ]);
    expect(a.client.inbox.getSnapshot()).toMatchObject([{ reason: "conflict" }]);
  });

  it("A4: two clients append offline, and neither is stranded", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    await world.converged();
    world.partition();
    await a.client.collections.events.insert({ what: "a" }).local;
    await b.client.collections.events.insert({ what: "b" }).local;
    await world.heal();
    await world.converged();
    for (const { client } of world.clients) expect(await client.collections.events.count()).toBe(2);
  });

  it("A5: a reload repeats nothing, drops no changed field, and shows what was written", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    await a.client.collections.items.insert({ id: "i", name: "x", a: 1 }).local;
    await a.client.collections.items.update("i", { b: 2 }).local;
    a.crash();
    await a.reopen();
    expect(await a.client.collections.items.get("i")).toEqual({ id: "i", name: "x", a: 1, b: 2 });
    await world.converged();
    expect(await b.client.collections.items.get("i")).toEqual({ id: "i", name: "x", a: 1, b: 2 });
    expect(
      (await world.server.store().history({ space: world.server.space, after: 0, limit: 10 }))
        .length,
    ).toBe(2);
  });

  it("A6: many writes go out together, not one an echo", async () => {
    const world = await worldOf();
    const { a } = two(world);
    await world.converged();
    await Promise.all(
      Array.from(
        { length: 300 },
        (_, i) => a.client.collections.items.insert({ name: `${i}` }).local,
      ),
    );
    const before = world.trace.length;
    await world.converged();
    const pushes = world.trace.slice(before).filter((line) => /device 0 sync \d{4,}/.test(line));
    expect(pushes.length).toBeLessThanOrEqual(3);
  });

  it("A7: nothing vanishes under rapid writes on a flaky network, and nothing goes back", async () => {
    const world = await worldOf();
    const { a } = two(world);
    await a.client.collections.items.insert({ id: "i", name: "0" }).local;
    world.faults({ dropResponse: 0.5, duplicate: 0.5, maxDelayMs: 3_000 });
    for (let i = 1; i <= 60; i++) {
      await a.client.collections.items.update("i", { name: `${i}` }).local;
      await world.advance(300);
      expect((await a.client.collections.items.get("i"))?.name).toBe(`${i}`);
    }
    await world.heal();
    await world.converged();
    expect(await names(world)).toEqual([["60"], ["60"]]);
  });

  it("A10, A11: a server that lost its data is noticed, and what is pending reaches it", async () => {
    const world = await worldOf();
    const { a } = two(world);
    await a.client.collections.items.insert({ name: "acknowledged" }).local;
    await world.converged();
    await a.client.collections.items.insert({ name: "pending" }).local;
    await world.server.restart(createMemoryStore());
    await world.converged();
    expect(await names(world)).toEqual([["pending"], ["pending"]]);
    expect(world.trace.some((line) => line.includes("renamed"))).toBe(true);
  });

  it("A12: what is unsynced can be seen", async () => {
    const world = await worldOf();
    const { a } = two(world);
    world.partition();
    await a.client.collections.items.insert({ id: "i", name: "x" }).local;
    expect(a.client.outbox.getSnapshot()).toMatchObject([
      { mutation: { changes: [{ collection: "items", id: "i", fields: { name: "x" } }] } },
    ]);
    expect(a.client.status.getSnapshot().pending).toBe(1);
  });
});

describe("first load and growth", () => {
  it("B16, B17: tombstones and history go, and devices that were away for long lose nothing of their own", async () => {
    const world = await worldOf(2, { pageRecords: 5 });
    const { a, b } = two(world);
    const ids = Array.from({ length: 20 }, (_, i) => `i${i}`);
    await Promise.all(ids.map((id) => a.client.collections.items.insert({ id, name: id }).local));
    await world.converged();
    world.partition(1);
    await b.client.collections.items.insert({ name: "from afar" }).local;
    for (const id of ids.slice(1)) await a.client.collections.items.delete(id).local;
    await world.advance(120_000);
    const outcome = await world.server.store().compact(world.server.space, Number.MAX_SAFE_INTEGER);
    expect(outcome).toMatchObject({ tombstones: 19, historyEntries: 39 });
    await world.heal();
    await world.converged();
    expect(await names(world)).toEqual([
      ["from afar", "i0"],
      ["from afar", "i0"],
    ]);
  });

  it("B18: a first sync that cannot be done says so, and goes on when it can", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    await a.client.collections.items.insert({ name: "x" }).local;
    await world.converged();
    await b.reopen(await openMemoryStore());
    world.faults({ cutStream: 1 });
    const retries: number[] = [];
    b.client.status.subscribe(() => {
      const { nextRetryAt } = b.client.status.getSnapshot();
      if (nextRetryAt !== null) retries.push(nextRetryAt);
    });
    const syncing = b.client.sync();
    await world.advance(60_000);
    expect(retries.length).toBeGreaterThan(0);
    await world.heal();
    await world.converged();
    await syncing;
  });
});

describe("clocks", () => {
  it("C21, C22: a device whose clock is a year off neither is cut off nor wins for ever", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    a.skew(365 * 86_400_000);
    await a.client.collections.items.insert({ id: "i", name: "from the future" }).local;
    await world.converged();
    await b.client.collections.items.update("i", { name: "later, by the right clock" }).local;
    await world.converged();
    expect((await a.client.collections.items.get("i"))?.name).toBe("later, by the right clock");
    expect(a.client.status.getSnapshot().phase).toBe("live");
  });

  it("C24: a device does not conflict with itself", async () => {
    const world = await worldOf();
    const { a } = two(world);
    await a.client.collections.locked.insert({ id: "l", text: "1" }).local;
    for (let i = 2; i < 9; i++)
      await a.client.collections.locked.update("l", { text: `${i}` }).local;
    await world.converged();
    expect(a.client.inbox.getSnapshot()).toEqual([]);
    expect((await a.client.collections.locked.get("l"))?.text).toBe("8");
  });

  it("C25: a stale deletion does not delete a newer record, nor a stale edit revive a deleted one", async () => {
    const world = await worldOf();
    const { a, b } = two(world);
    await a.client.collections.items.insert({ id: "i", name: "1" }).local;
    await world.converged();
    world.partition();
    await a.client.collections.items.delete("i").local;
    await world.advance(60_000);
    await b.client.collections.items.update("i", { name: "2" }).local;
    await world.heal();
    await world.converged();
    expect(await names(world)).toEqual([[], []]);
    await b.client.collections.items.restore("i").local;
    await world.converged();
    expect(await names(world)).toEqual([["2"], ["2"]]);
  });
});

describe("requests", () => {
  it("E38: a cursor that is refused leads to a resync, not to a loop of requests", async () => {
    const world = await worldOf();
    await world.converged();
    await world.server.store().rotateEpoch(world.server.space, "another", "discard");
    const before = world.trace.length;
    await world.advance(120_000);
    await world.converged();
    const requests = world.trace
      .slice(before)
      .filter((line) => /device \d (sync|pull|stream) \d/.test(line));
    expect(requests.length).toBeLessThan(40);
  });
});
