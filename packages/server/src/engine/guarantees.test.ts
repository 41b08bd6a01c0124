import { DigestSum, type Mutation, type WireRecord } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

const STORES = [
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ path: ":memory:" })],
] as const;

describe.each(STORES)("the guarantees, on the %s store", (_name, openStore) => {
  let world: TestEngine;
  let phone: RawClient;
  let laptop: RawClient;

  beforeEach(async () => {
    world = createTestEngine({ store: await openStore(), limits: { pageRecords: 7 } });
    phone = createRawClient(world, { userId: "alice", clientId: "phone" });
    laptop = createRawClient(world, { userId: "alice", clientId: "laptop" });
    return () => world.store.close();
  });

  test("[G2] a reader that follows its cursor beside running writers sees every record's latest state", async () => {
    const random = createSeededRandom("follow");
    const writers = Array.from({ length: 5 }, (_, i) =>
      createRawClient(world, { userId: "alice", clientId: `writer${i}` }),
    );
    const stamps: number[] = [];
    for (let round = 0; round < 20; round++) {
      const pushes = writers.map((writer) =>
        writer.push(
          writer.change("put", "todos", `t${random.below(40)}`, { n: random.below(1e6) }),
        ),
      );
      const answer = await phone.sync();
      stamps.push(...answer.changes.map(({ stamp }) => stamp));
      await Promise.all(pushes);
      world.advance(random.below(5));
    }
    while ((await phone.sync()).more);
    await laptop.catchUp();
    expect(phone.records).toEqual(laptop.records);
    expect(phone.records.size).toBeGreaterThan(20);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  test("[G3] a push whose answer was lost is answered again with the same results, and done once", async () => {
    const visits = { visits: 1 };
    const mutations = [
      phone.mutation(phone.change("put", "stats", "s1", visits)),
      phone.mutation(phone.change("patch", "stats", "s1", visits)),
    ];
    const policies = { stats: "counter" };
    const first = await phone.sync(mutations, { policies });
    const again = await phone.sync(mutations, { policies, cursor: null });
    expect(first.results).toEqual([
      { id: 1, status: "applied" },
      { id: 2, status: "applied" },
    ]);
    expect(again.results).toEqual([
      { id: 1, status: "duplicate", result: { id: 1, status: "applied" } },
      { id: 2, status: "duplicate", result: { id: 2, status: "applied" } },
    ]);
    expect(again.changes.map(({ fields }) => fields)).toEqual([{ visits: 2 }]);
    expect(again.lastMutation).toBe(2);
  });

  test("[G3] a push that arrives twice at once is done once", async () => {
    const mutation = phone.mutation(phone.change("put", "stats", "s1", { visits: 1 }));
    const request = phone.request([mutation], { policies: { stats: "counter" } });
    const { engine } = world;
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => engine.sync(phone.principal, phone.address, structuredClone(request))),
    );
    expect(outcomes.map(({ results }) => results[0]?.status)).toEqual([
      "applied",
      "duplicate",
      "duplicate",
    ]);
    await laptop.catchUp();
    expect(laptop.records.get("stats/s1")?.fields).toEqual({ visits: 1 });
  });

  test("[G3] a repeated push that goes on with new mutations gets duplicates first, then results", async () => {
    const first = phone.mutation(phone.change("put", "todos", "t1", { n: 1 }));
    await phone.sync([first]);
    const second = phone.mutation(phone.change("put", "todos", "t2", { n: 2 }));
    const { results } = await phone.sync([first, second]);
    expect(results.map(({ status }) => status)).toEqual(["duplicate", "applied"]);
  });

  test("[G3] rejected and conflicting mutations are consumed, and repeated with their reasons", async () => {
    const rejected = phone.mutation(phone.change("delete", "todos", "t1", { not: "allowed" }));
    const conflict = phone.mutation(
      phone.change("put", "docs", "d1", { n: 1 }, { baseVersion: 4 }),
    );
    const fine = phone.mutation(phone.change("put", "todos", "t2", { n: 2 }));
    const policies = { docs: "versioned" };
    const first = await phone.sync([rejected, conflict, fine], { policies });
    expect(first.results.map(({ status }) => status)).toEqual(["rejected", "conflict", "applied"]);
    expect(first.lastMutation).toBe(3);
    const again = await phone.sync([rejected, conflict, fine], { policies });
    expect(again.results).toEqual(
      first.results.map((result) => ({ id: result.id, status: "duplicate", result })),
    );
  });

  test("[G3] another mutation under a number that was used is a fork, and nothing of its push is done", async () => {
    await phone.push(phone.change("put", "todos", "t1", { n: 1 }));
    const copy = createRawClient(world, { userId: "alice", clientId: "phone" });
    const forked = [
      copy.mutation(copy.change("put", "todos", "t1", { n: 99 })),
      copy.mutation(copy.change("put", "todos", "t2", { n: 99 })),
    ];
    await expect(copy.sync(forked)).rejects.toMatchObject({ code: "client_forked" });
    await laptop.catchUp();
    expect([...laptop.records.values()].map(({ fields }) => fields)).toEqual([{ n: 1 }]);
  });

  test("[G3] a number so old that its result is not remembered is a fork, too", async () => {
    const old = phone.mutation(phone.change("put", "todos", "t1", { n: 1 }));
    await phone.sync([old]);
    for (let i = 0; i < 64; i++) await phone.push(phone.change("put", "todos", "t1", { n: i }));
    await expect(phone.sync([old])).rejects.toMatchObject({ code: "client_forked" });
  });

  test("[G3] the whole last push is remembered, however long it was", async () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      phone.mutation(phone.change("put", "todos", `t${i}`, { i })),
    );
    await phone.sync(many);
    const { results } = await phone.sync(many);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["duplicate"]));
  });

  test("[G3] a gap names the number expected, is not consumed, and stops the push", async () => {
    await phone.push(phone.change("put", "todos", "t1", { n: 1 }));
    phone.mutation(phone.change("put", "todos", "lost", { n: 2 }));
    const late = [3, 4].map((n) => phone.mutation(phone.change("put", "todos", `t${n}`, { n })));
    const { results, lastMutation } = await phone.sync(late);
    expect(results).toEqual([
      {
        id: 3,
        status: "rejected",
        error: expect.objectContaining({ code: "gap", message: expect.stringContaining("2") }),
      },
    ]);
    expect(lastMutation).toBe(1);
    expect((await laptop.catchUp()) && laptop.records.size).toBe(1);
  });

  test("[G4] of a mutation in which one change fails nothing is written; the ones beside it are", async () => {
    const before = phone.mutation(phone.change("put", "todos", "a", { n: 1 }));
    const broken = phone.mutation(
      phone.change("put", "todos", "b", { n: 2 }),
      phone.change("patch", "todos", "a", { n: 2 }),
      phone.change("put", "todos", "c", { n: 2 }, { time: "yesterday" }),
    );
    const after = phone.mutation(phone.change("patch", "todos", "a", { m: 3 }));
    const { results } = await phone.sync([before, broken, after]);
    expect(results.map(({ status }) => status)).toEqual(["applied", "rejected", "applied"]);
    await laptop.catchUp();
    expect([...laptop.records.keys()]).toEqual(["todos/a"]);
    expect(laptop.records.get("todos/a")?.fields).toEqual({ n: 1, m: 3 });
  });

  test("[G4] a conflict in one change withholds the whole mutation", async () => {
    const policies = { docs: "versioned" };
    await phone.sync([phone.mutation(phone.change("put", "docs", "d1", { n: 1 }))], { policies });
    const mutation = laptop.mutation(
      laptop.change("put", "docs", "d2", { n: 2 }),
      laptop.change("put", "docs", "d1", { n: 2 }),
    );
    const { results } = await laptop.sync([mutation], { policies });
    expect(results).toMatchObject([{ status: "conflict", conflicts: [{ id: "d1" }] }]);
    expect(laptop.records.has("docs/d2")).toBe(false);
  });

  test("[G6] who saw a write and then writes is ordered after it, however slow its clock", async () => {
    await phone.push(phone.change("put", "todos", "t1", { title: "first" }));
    const slow = createRawClient(world, { userId: "alice", clientId: "slow", skewMs: -4_000 });
    await slow.catchUp();
    await slow.push(slow.change("patch", "todos", "t1", { title: "second" }));
    await phone.catchUp();
    expect(phone.records.get("todos/t1")?.fields).toEqual({ title: "second" });
  });

  test("[G7] an edit that arrives late does not revive a deleted record; a restore does, fields and all", async () => {
    await phone.push(phone.change("put", "todos", "t1", { title: "Milk", done: false }));
    await laptop.catchUp();
    await phone.push(phone.change("delete", "todos", "t1"));
    world.advance(60_000);
    expect(await laptop.push(laptop.change("patch", "todos", "t1", { done: true }))).toMatchObject({
      status: "applied",
    });
    expect(laptop.records.has("todos/t1")).toBe(false);
    await laptop.push(laptop.change("restore", "todos", "t1"));
    await phone.catchUp();
    expect(phone.records.get("todos/t1")?.fields).toEqual({ title: "Milk", done: true });
  });

  test("[G7] once its tombstone is compacted, a late edit of a deleted record is refused, a late delete is done", async () => {
    await phone.push(phone.change("put", "todos", "t1", { title: "Milk" }));
    await phone.push(phone.change("delete", "todos", "t1"));
    const { space } = await world.engine.admit(phone.principal, phone.address, "read");
    await world.store.compact(space, Number.MAX_SAFE_INTEGER);
    const known = { baseVersion: 1 };
    const { results } = await laptop.sync([
      laptop.mutation(laptop.change("patch", "todos", "t1", { title: "Oats" }, known)),
      laptop.mutation(laptop.change("put", "todos", "t1", { title: "Oats" }, known)),
      laptop.mutation(laptop.change("restore", "todos", "t1", undefined, known)),
      laptop.mutation(laptop.change("delete", "todos", "t1", undefined, known)),
    ]);
    const refused = {
      status: "rejected",
      error: { code: "not_found", path: expect.stringMatching(/^mutations\.[012]\.changes\.0$/) },
    };
    expect(results).toMatchObject([refused, refused, refused, { status: "applied" }]);
    expect(laptop.records.size).toBe(0);
    expect(await world.store.record(space, { collection: "todos", id: "t1" })).toBeUndefined();
  });

  test("[G4] no stamp is taken and no history written by what is refused or changes nothing", async () => {
    await phone.push(phone.change("put", "todos", "t1", { n: 1 }));
    await phone.push(phone.change("delete", "todos", "t1"));
    const { space } = await world.engine.admit(phone.principal, phone.address, "read");
    const head = await world.store.head(space);
    world.advance(1_000);
    const old = { time: "2020-01-01T00:00:00.000Z-0000-phone" };
    const { results } = await laptop.sync([
      laptop.mutation(laptop.change("patch", "todos", "t1", { n: Number.NaN })),
      laptop.mutation(laptop.change("put", "todos", "t1", { n: 0 }, old)),
      laptop.mutation(laptop.change("delete", "todos", "t1", undefined, old)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "applied", "applied"]);
    expect((await world.store.head(space))?.stamp).toBe(head?.stamp);
    expect(await world.store.history({ space, after: 0, limit: 100 })).toHaveLength(2);
  });

  test("one record changed twice in a push has two stamps and two entries, and arrives once", async () => {
    const { changes } = await phone.sync([
      phone.mutation(phone.change("put", "todos", "t1", { n: 1 })),
      phone.mutation(phone.change("patch", "todos", "t1", { n: 2 })),
    ]);
    expect(changes).toMatchObject([{ id: "t1", version: 2, fields: { n: 2 } }]);
    const { space } = await world.engine.admit(phone.principal, phone.address, "read");
    const history = await world.store.history({ space, after: 0, limit: 100 });
    expect(history.map(({ version }) => version)).toEqual([1, 2]);
    expect(history[1]?.stamp).toBe(changes[0]?.stamp);
    expect(history[0]?.stamp).toBeLessThan(history[1]?.stamp ?? 0);
  });

  test("[G5] the digest equals the sum over the records, after any mixture of writes", async () => {
    const random = createSeededRandom("digest");
    const devices = [phone, laptop];
    for (let round = 0; round < 40; round++) {
      const device = random.pick([phone, laptop]);
      const mutations: Mutation[] = [];
      for (let i = 0; i < 4; i++) {
        const collection = random.pick(["todos", "lists"]);
        const id = `r${random.below(12)}`;
        const op = random.pick(["put", "patch", "delete", "restore"] as const);
        const fields = op === "put" || op === "patch" ? { n: random.below(100) } : undefined;
        mutations.push(device.mutation(device.change(op, collection, id, fields)));
      }
      await device.sync(mutations);
      world.advance(random.below(10_000));
    }
    for (const device of devices) {
      const { digest } = await device.catchUp();
      expect(digest).toEqual(digestOf(device.records.values()));
      expect(Object.keys(digest ?? {}).length).toBeGreaterThan(0);
    }
    expect(phone.records).toEqual(laptop.records);
    expect(await world.store.check()).toEqual([]);
  });
});

function digestOf(records: Iterable<WireRecord>): { [collection: string]: string } {
  const sums = new Map<string, DigestSum>();
  for (const { collection, id, stamp } of records) {
    sums.set(collection, (sums.get(collection) ?? new DigestSum()).add(id, stamp));
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)]));
}
