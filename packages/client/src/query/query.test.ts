// Queries as apps ask them: relations, indexes, live results, and questions that make no sense.

import { SynclineError } from "@syncline/core";
import { beforeEach, describe, expect, it } from "vitest";
import { collection, openClient, openMemoryStore, type Transport } from "../index.ts";

const offline = () => Promise.reject(new SynclineError("offline"));
const transport: Transport = {
  sync: offline,
  pull: offline,
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

const COLLECTIONS = {
  lists: collection<{ name: string }>(),
  todos: collection<{ listId: string; title: string; rank: number }>({
    indexes: ["listId", ["listId", "rank"], "title"],
  }),
};

const open = async () =>
  await openClient({
    app: "x",
    store: await openMemoryStore(),
    transport,
    autoSync: false,
    collections: COLLECTIONS,
  });

let client: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  client = await open();
  const { lists, todos } = client.collections;
  for (const id of ["home", "work"]) lists.insert({ id, name: id });
  for (let i = 0; i < 20; i++)
    todos.insert({
      id: `t${i}`,
      listId: i % 2 === 0 ? "home" : "work",
      title: `title ${i}`,
      rank: 20 - i,
    });
  await todos.insert({ id: "orphan", listId: "gone", title: "orphan", rank: 0 }).local;
});

describe("relations", () => {
  it("bring one record by the id that a field holds, and many by a field of theirs", async () => {
    const { lists, todos } = client.collections;
    const [first] = await todos.query({
      where: { id: "t3" },
      include: { list: { collection: "lists", id: "listId" } },
    });
    expect(first?.list?.name).toBe("work");
    const [orphan] = await todos.query({
      where: { id: "orphan" },
      include: { list: { collection: "lists", id: "listId" } },
    });
    expect(orphan).toMatchObject({ id: "orphan", list: undefined });
    const [home] = await lists.query({
      where: { id: "home" },
      include: { todos: { collection: "todos", by: "listId", orderBy: "rank", limit: 3 } },
    });
    expect(home?.todos.map(({ id }) => id)).toEqual(["t18", "t16", "t14"]);
    expect(Object.isFrozen(home) && Object.isFrozen(home?.todos)).toBe(true);
  });

  it("change with the records that they show, and stay the same objects otherwise", async () => {
    const { lists, todos } = client.collections;
    const live = lists.live({
      orderBy: "name",
      include: { todos: { collection: "todos", by: "listId" } },
    });
    let told = 0;
    const stop = live.subscribe(() => {
      told += 1;
    });
    await expect.poll(() => live.getSnapshot().ready).toBe(true);
    const before = live.getSnapshot();
    expect(before.rows.map((row) => row.todos.length)).toEqual([10, 10]);
    await todos.update("t1", { title: "changed" }).local;
    const after = live.getSnapshot();
    expect(after.rows[0]).toBe(before.rows[0]);
    expect(after.rows[1]).not.toBe(before.rows[1]);
    expect(after.rows[1]?.todos.find(({ id }) => id === "t1")?.title).toBe("changed");
    const toldBefore = told;
    await todos.update("orphan", { title: "nobody's" }).local;
    expect(told).toBe(toldBefore);
    expect(live.getSnapshot()).toBe(after);
    await todos.update("t1", { listId: "home" }).local;
    expect(live.getSnapshot().rows.map((row) => row.todos.length)).toEqual([11, 9]);
    stop();
  });
});

describe("indexes", () => {
  it("are used where they help, and say so", async () => {
    const { todos } = client.collections;
    const used = async (query: Parameters<typeof todos.explainQuery>[0]) => {
      const { index, scanned, found } = await todos.explainQuery(query);
      return [index?.join("+") ?? "none", scanned, found];
    };
    expect(await used({ where: { listId: "home" } })).toEqual(["listId", 10, 10]);
    expect(await used({ where: { listId: "home" }, orderBy: "rank" })).toEqual([
      "listId+rank",
      10,
      10,
    ]);
    expect(await used({ where: { listId: "home", rank: { lt: 6 } } })).toEqual([
      "listId+rank",
      3,
      2,
    ]);
    expect(await used({ where: { title: { prefix: "title 1" } } })).toEqual(["title", 12, 11]);
    expect(await used({ where: { listId: { in: ["home", "gone"] } } })).toEqual(["listId", 11, 11]);
    expect(await used({ where: { id: "t3" } })).toEqual(["id", 1, 1]);
    expect(await used({ where: { rank: 3 } })).toEqual(["none", 21, 1]);
  });

  it("follow what is written", async () => {
    const { todos } = client.collections;
    expect(await todos.count({ where: { listId: "home" } })).toBe(10);
    await todos.update("t0", { listId: "work" }).local;
    await todos.delete("t2").local;
    await todos.insert({ listId: "home", title: "new", rank: 1 }).local;
    expect(await todos.count({ where: { listId: "home" } })).toBe(9);
    expect((await todos.explainQuery({ where: { listId: "home" } })).scanned).toBe(9);
  });
});

describe("live queries", () => {
  it("give the same snapshot while nothing that they show changes", async () => {
    const { todos } = client.collections;
    const live = todos.live({ where: { listId: "work" }, orderBy: "-rank", limit: 2 });
    let told = 0;
    live.subscribe(() => {
      told += 1;
    });
    await expect.poll(() => live.getSnapshot().rows.map(({ id }) => id)).toEqual(["t1", "t3"]);
    const snapshot = live.getSnapshot();
    told = 0;
    await todos.update("t19", { title: "behind the limit" }).local;
    await todos.update("t0", { title: "another list" }).local;
    expect([live.getSnapshot() === snapshot, told]).toEqual([true, 0]);
    await todos.delete("t1").local;
    expect([live.getSnapshot().rows.map(({ id }) => id), told]).toEqual([["t3", "t5"], 1]);
  });

  it("count what matches, and first gives the first", async () => {
    const { todos } = client.collections;
    const count = todos.liveCount({ where: { listId: "home" }, limit: 3 });
    count.subscribe(() => undefined);
    await expect.poll(() => count.getSnapshot()).toBe(10);
    await todos.delete("t0").local;
    expect(count.getSnapshot()).toBe(9);
    expect((await todos.first({ orderBy: "rank" }))?.id).toBe("orphan");
    expect(await todos.first({ where: { title: "nothing" } })).toBeUndefined();
  });
});

it.each([
  [{ limit: -1 }, "limit"],
  [{ offset: 0.5 }, "offset"],
  [{ where: { title: { like: "x" } } }, "where.title.like"],
  [{ where: { title: { in: "x" } } }, "where.title.in"],
  [{ where: { title: { prefix: 1 } } }, "where.title.prefix"],
  [{ include: { id: { collection: "lists", id: "listId" } } }, "include.id"],
  [{ include: { list: { collection: "../x", id: "listId" } } }, "include.list"],
  [{ include: { list: { collection: "lists" } } }, "include.list"],
])("refuses %j by path", async (query, path) => {
  const { todos } = client.collections;
  const refused = { code: "invalid", path };
  await expect(todos.query(query as never)).rejects.toMatchObject(refused);
  expect(() => todos.live(query as never)).toThrow(expect.objectContaining(refused));
});

it("finds nothing where a name belongs to every object", async () => {
  const { todos } = client.collections;
  expect(await todos.query({ where: { constructor: { not: null } } } as never)).toEqual([]);
  expect(await todos.query({ where: JSON.parse('{"__proto__":{"not":null}}') } as never)).toEqual(
    [],
  );
});
