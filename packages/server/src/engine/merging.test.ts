import { type Change, formatCursor, parseCursor, type Time } from "@syncline/core";
import { beforeEach, describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

const STORES = [
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ path: ":memory:" })],
] as const;

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

const app = defineApp({
  name: "todo",
  collections: {
    todos: {},
    docs: { policy: "versioned" },
    events: { policy: "log" },
    stats: { policy: "counter" },
  },
});
const policies = { docs: "versioned", events: "log", stats: "counter" };

describe.each(STORES)("clocks, on the %s store", (_name, openStore) => {
  let world: TestEngine;
  let good: RawClient;

  beforeEach(async () => {
    world = createTestEngine({ store: await openStore(), apps: [app] });
    good = createRawClient(world, { userId: "alice", clientId: "good" });
    return () => world.store.close();
  });

  test.each([-YEAR, -HOUR, -3_000, 0, 3_000, HOUR, YEAR])(
    "[G6] of two edits made one after the other the later wins, with a clock that is off by %i ms",
    async (skewMs) => {
      const bad = createRawClient(world, { userId: "alice", clientId: "bad", skewMs });
      await bad.push(bad.change("put", "todos", "t1", { by: "bad" }));
      world.advance(1_000);
      await good.catchUp();
      await good.push(good.change("patch", "todos", "t1", { by: "good" }));
      await bad.catchUp();
      expect(bad.records.get("todos/t1")?.fields).toEqual({ by: "good" });
      world.advance(1_000);
      await bad.push(bad.change("patch", "todos", "t1", { by: "bad again" }));
      await good.catchUp();
      expect(good.records.get("todos/t1")?.fields).toEqual({ by: "bad again" });
    },
  );

  test.each([-YEAR, -HOUR, 0, HOUR, YEAR])(
    "[G6] no time is stored that lies ahead of the space's clock, from a clock that is off by %i ms",
    async (skewMs) => {
      const bad = createRawClient(world, { userId: "alice", clientId: "bad", skewMs });
      const far = "9999-12-31T23:59:59.999Z-ffff-bad";
      const { changes, now } = await bad.sync([
        bad.mutation(bad.change("put", "todos", "t1", { a: 1, b: 2 }, { times: { a: far } })),
        bad.mutation(bad.change("put", "todos", "t2", { a: 1 }, { time: far })),
      ]);
      const times = changes.flatMap((record) => [
        record.time,
        ...Object.values(record.times ?? {}),
      ]);
      expect(times).toHaveLength(3);
      for (const time of times) expect(instantOf(time) <= instantOf(now)).toBe(true);
    },
  );

  test("[G6] the times of an offline device keep their order and spacing when its clock is off", async () => {
    const bad = createRawClient(world, { userId: "alice", clientId: "bad", skewMs: YEAR });
    world.advance(-60_000);
    const early = bad.mutation(bad.change("put", "todos", "early", {}));
    world.advance(45_000);
    const late = bad.mutation(bad.change("put", "todos", "late", {}));
    world.advance(15_000);
    const { changes } = await bad.sync([early, late]);
    const ms = changes.map(({ time }) => Date.parse(time.slice(0, 24)));
    expect(ms).toEqual([world.now() - 60_000, world.now() - 15_000]);
  });

  test("[G6] a small difference of clocks is left alone", async () => {
    const near = createRawClient(world, { userId: "alice", clientId: "near", skewMs: -4_000 });
    const { changes } = await near.sync([near.mutation(near.change("put", "todos", "t1", {}))]);
    expect(Date.parse(changes[0]?.time.slice(0, 24) ?? "")).toBe(world.now() - 4_000);
  });

  test("an edit that did not see a later one loses to it", async () => {
    await good.push(good.change("put", "todos", "t1", { n: 1 }));
    const behind = createRawClient(world, { userId: "alice", clientId: "behind" });
    await behind.catchUp();
    const edit = behind.mutation(behind.change("patch", "todos", "t1", { n: 3 }));
    world.advance(1_000);
    await good.push(good.change("patch", "todos", "t1", { n: 2 }));
    expect((await behind.sync([edit])).results).toMatchObject([
      { id: 1, status: "applied", superseded: [{ id: "t1" }] },
    ]);
    expect(behind.records.get("todos/t1")?.fields).toEqual({ n: 2 });
  });

  test.each([
    ["of this history beats what it had seen, however early its time", "same", 3],
    ["of another history has seen nothing of this one", "another", 2],
  ])("an edit with a cursor %s", async (_what, epoch, n) => {
    await good.push(good.change("put", "todos", "t1", { n: 2 }));
    const slow = createRawClient(world, { userId: "alice", clientId: "slow", skewMs: -4_000 });
    await slow.catchUp();
    const edit = slow.mutation(slow.change("patch", "todos", "t1", { n: 3 }));
    slow.cursor = null;
    const seen = formatCursor({ ...parseCursor(edit.seen ?? ""), epoch: epoch ?? "" });
    expect(
      (await slow.sync([epoch === "another" ? { ...edit, seen } : edit])).results,
    ).toMatchObject([
      { id: 1, status: "applied", ...(epoch === "another" ? { superseded: [{ id: "t1" }] } : {}) },
    ]);
    expect(slow.records.get("todos/t1")?.fields).toEqual({ n });
  });
});

/** The reading without the client's id, which only breaks ties. */
function instantOf(time: Time): string {
  return time.slice(0, 29);
}

describe.each(STORES)("merge policies, on the %s store", (_name, openStore) => {
  let world: TestEngine;
  let phone: RawClient;
  let laptop: RawClient;
  const push = async (client: RawClient, ...changes: Change[]) =>
    (await client.sync([client.mutation(...changes)], { policies })).results[0];

  beforeEach(async () => {
    world = createTestEngine({ store: await openStore(), apps: [app] });
    phone = createRawClient(world, { userId: "alice", clientId: "phone" });
    laptop = createRawClient(world, { userId: "alice", clientId: "laptop" });
    return () => world.store.close();
  });

  test("versioned: a change from the current version is written, another is a conflict with what is there", async () => {
    await push(phone, phone.change("put", "docs", "d1", { text: "one" }));
    await push(phone, phone.change("patch", "docs", "d1", { text: "two" }, { baseVersion: 1 }));
    const result = await push(
      laptop,
      laptop.change("put", "docs", "d1", { text: "mine" }, { baseVersion: 1 }),
      laptop.change("patch", "docs", "gone", { text: "mine" }, { baseVersion: 3 }),
      laptop.change("put", "docs", "fresh", { text: "mine" }),
    );
    expect(result).toEqual({
      id: 1,
      status: "conflict",
      conflicts: [
        { collection: "docs", id: "d1", current: phone.records.get("docs/d1") },
        { collection: "docs", id: "gone", current: null },
      ],
    });
    expect(phone.records.get("docs/d1")).toMatchObject({ version: 2, fields: { text: "two" } });
  });

  test("versioned: later changes of a push build on the versions that earlier ones make", async () => {
    const chain = [
      phone.mutation(phone.change("put", "docs", "d1", { n: 1 })),
      phone.mutation(phone.change("patch", "docs", "d1", { n: 2 }, { baseVersion: 1 })),
      phone.mutation(phone.change("delete", "docs", "d1", undefined, { baseVersion: 2 })),
    ];
    const { results, changes } = await phone.sync(chain, { policies });
    expect(results.map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
    // Its first page leaves deleted records out.
    expect(changes).toEqual([]);
  });

  test("versioned: a version that fits by number alone is not what the device has seen", async () => {
    await push(phone, phone.change("put", "docs", "d1", { n: 1 }));
    await laptop.catchUp();
    // Two writes on top of version 1; before they arrive, somebody else makes a version 2.
    const first = laptop.mutation(
      laptop.change("patch", "docs", "d1", { n: "a" }, { baseVersion: 1 }),
    );
    const second = laptop.mutation(
      laptop.change("patch", "docs", "d1", { n: "b" }, { baseVersion: 2 }),
    );
    await push(phone, phone.change("patch", "docs", "d1", { n: 2 }, { baseVersion: 1 }));
    const { results } = await laptop.sync([first, second], { policies });
    expect(results.map(({ status }) => status)).toEqual(["conflict", "conflict"]);
    expect(laptop.records.get("docs/d1")).toMatchObject({ version: 2, fields: { n: 2 } });
    // Who has seen it may write on it, and who does not say what they saw is taken at their word.
    const seen = laptop.mutation(
      laptop.change("patch", "docs", "d1", { n: 3 }, { baseVersion: 2 }),
    );
    expect((await laptop.sync([seen], { policies })).results).toMatchObject([
      { status: "applied" },
    ]);
    const script = createRawClient(world, { userId: "alice", clientId: "script" });
    const change = script.change("patch", "docs", "d1", { n: 4 }, { baseVersion: 3 });
    const unsaid = { ...script.mutation(change), seen: null };
    expect((await script.sync([unsaid], { policies })).results).toMatchObject([
      { status: "applied" },
    ]);
  });

  test("versioned: a conflict shows the stored record, never one that the mutation itself would have made", async () => {
    const made = await push(
      phone,
      phone.change("put", "docs", "d1", { n: 1 }),
      phone.change("patch", "docs", "d1", { n: 2 }, { baseVersion: 7 }),
      phone.change("patch", "docs", "d1", { n: 3 }, { baseVersion: 8 }),
    );
    expect(made).toEqual({
      id: 1,
      status: "conflict",
      conflicts: [{ collection: "docs", id: "d1", current: null }],
    });
  });

  test("versioned: of many who write from one version exactly one wins", async () => {
    await push(phone, phone.change("put", "docs", "d1", { by: "first" }));
    const rivals = Array.from({ length: 8 }, (_, i) =>
      createRawClient(world, { userId: "alice", clientId: `rival${i}` }),
    );
    const results = await Promise.all(
      rivals.map((rival) =>
        push(rival, rival.change("put", "docs", "d1", { by: rival.clientId }, { baseVersion: 1 })),
      ),
    );
    expect(results.filter((result) => result?.status === "applied")).toHaveLength(1);
    expect(results.filter((result) => result?.status === "conflict")).toHaveLength(7);
  });

  test("changes of one mutation to one record build on each other", async () => {
    const result = await push(
      phone,
      phone.change("put", "docs", "d1", { n: 1 }),
      phone.change("patch", "docs", "d1", { m: 2 }, { baseVersion: 1 }),
      phone.change("put", "stats", "s1", { hits: 1 }),
      phone.change("patch", "stats", "s1", { hits: 1 }),
    );
    expect(result).toEqual({ id: 1, status: "applied" });
    expect(phone.records.get("docs/d1")).toMatchObject({ version: 2, fields: { n: 1, m: 2 } });
    expect(phone.records.get("stats/s1")).toMatchObject({ version: 2, fields: { hits: 2 } });
    expect(await world.store.check()).toEqual([]);
  });

  test("log: an entry is written once; the same again changes nothing, another is a conflict", async () => {
    const entry = { type: "opened", at: 1 };
    expect(await push(phone, phone.change("put", "events", "e1", entry))).toMatchObject({
      status: "applied",
    });
    const head = await world.store.head("todo/~alice");
    expect(
      await push(laptop, laptop.change("put", "events", "e1", { at: 1, type: "opened" })),
    ).toMatchObject({ status: "applied" });
    expect((await world.store.head("todo/~alice"))?.stamp).toBe(head?.stamp);
    expect(await push(laptop, laptop.change("put", "events", "e1", { at: 2 }))).toMatchObject({
      status: "conflict",
      conflicts: [{ current: { fields: entry } }],
    });
    expect(await push(laptop, laptop.change("delete", "events", "e1"))).toMatchObject({
      status: "rejected",
      error: { code: "invalid", path: "mutations.0.changes.0.op" },
    });
  });

  test("counter: what devices add meanwhile adds up", async () => {
    await push(phone, phone.change("put", "stats", "s1", { hits: 0 }));
    const devices = [phone, laptop];
    for (const device of devices) {
      for (let i = 1; i <= 3; i++)
        await push(device, device.change("patch", "stats", "s1", { hits: i }));
    }
    await phone.catchUp();
    expect(phone.records.get("stats/s1")?.fields).toEqual({ hits: 12 });
  });
});

describe("how an app without a definition is merged", () => {
  test("its first writer says it, and who says otherwise is refused by name before anything is written", async () => {
    const world = createTestEngine();
    const first = createRawClient(world, { userId: "alice", clientId: "first" });
    const other = createRawClient(world, { userId: "alice", clientId: "other" });
    const put = (client: RawClient) =>
      client.mutation(client.change("put", "docs", "d1", { n: 1 }));
    await first.sync([put(first)], { policies: { docs: "versioned" } });
    await expect(other.sync([put(other)])).rejects.toMatchObject({
      code: "schema",
      path: "policies.docs",
    });
    await expect(
      other.sync([other.mutation(other.change("put", "x", "x1", {}))], {
        policies: { docs: "log" },
      }),
    ).rejects.toMatchObject({ code: "schema", path: "policies.docs" });
    expect((await world.store.head("todo/~alice"))?.policies).toEqual({ docs: "versioned" });
    expect((await first.catchUp()).lastMutation).toBe(1);
  });

  test("a mutation that is refused says nothing about its collection", async () => {
    const world = createTestEngine();
    const client = createRawClient(world, { userId: "alice", clientId: "one" });
    const bad = client.mutation(client.change("delete", "docs", "d1", { n: 1 }));
    await client.sync([bad], { policies: { docs: "versioned" } });
    expect((await world.store.head("todo/~alice"))?.policies).toEqual({});
  });

  test("there is no policy of a name that Syncline does not have", async () => {
    const world = createTestEngine();
    const client = createRawClient(world, { userId: "alice", clientId: "one" });
    const put = client.mutation(client.change("put", "docs", "d1", {}));
    await expect(client.sync([put], { policies: { docs: "constructor" } })).rejects.toMatchObject({
      code: "schema",
      path: "policies.docs",
    });
  });

  test("a collection may bear the name of something that every object inherits", async () => {
    const world = createTestEngine();
    const client = createRawClient(world, { userId: "alice", clientId: "one" });
    for (const name of ["toString", "hasOwnProperty", "valueOf"]) {
      expect(await client.push(client.change("put", name, "x1", { toString: 1 }))).toMatchObject({
        status: "applied",
      });
      const explained = await world.engine.explain(client.principal, client.address, {
        collection: name,
        id: "x1",
      });
      expect(explained).toMatchObject({ policy: "lww", record: { fields: { toString: 1 } } });
    }
    expect(await world.store.check()).toEqual([]);
  });

  test("[G11] a space holds so many collections and no more; what does not fit is refused by itself", async () => {
    const world = createTestEngine();
    const client = createRawClient(world, { userId: "alice", clientId: "one" });
    const mutations = Array.from({ length: 300 }, (_, i) =>
      client.mutation(client.change("put", `c${i}`, "x1", {})),
    );
    const { results } = await client.sync(mutations);
    expect(results.filter(({ status }) => status === "applied")).toHaveLength(256);
    expect(results[299]).toMatchObject({
      status: "rejected",
      error: { code: "too_large", path: "mutations.299.changes.0.collection" },
    });
  });
});

test("an app with a definition compares the policies, on reading as on writing", async () => {
  const world = createTestEngine({ apps: [app] });
  const client = createRawClient(world, { userId: "alice", clientId: "one" });
  const wrong = { policies: { docs: "lww" } };
  await expect(client.sync([], wrong)).rejects.toMatchObject({
    code: "schema",
    path: "policies.docs",
  });
  const put = client.mutation(client.change("put", "docs", "d1", {}));
  await expect(client.sync([put], wrong)).rejects.toMatchObject({ path: "policies.docs" });
  await expect(client.sync([put])).rejects.toMatchObject({ path: "policies.docs" });
});
