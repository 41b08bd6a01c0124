// Relations as apps ask for them: their rows, their types, and what of them changes when.

import { beforeEach, describe, expect, it } from "vitest";
import { fillLists, openLists } from "./todo-lists.ts";

let client: Awaited<ReturnType<typeof openLists>>;
beforeEach(async () => {
  client = await openLists();
  await fillLists(client);
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
    // Nobody kept it up to date in between.
    await todos.delete("t1").local;
    expect(live.getSnapshot().rows.map((row) => row.todos.length)).toEqual([10, 9]);
  });

  it("are nobody's where the field holds no id", async () => {
    const { lists, loose } = client.collections;
    for (const id of ["undefined", "null", "7"]) lists.insert({ id, name: id });
    for (const [i, listId] of [undefined, null, 7, { in: ["7"] }, "7"].entries())
      loose.insert({ id: `l${i}`, ...(listId === undefined ? {} : { listId }) });
    const rows = await loose.query({ include: { list: { collection: "lists", id: "listId" } } });
    expect(rows.map(({ list }) => list?.id)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "7",
    ]);
  });

  it("lead from a collection to itself", async () => {
    const { loose } = client.collections;
    loose.insert({ id: "root" });
    loose.insert({ id: "a", parent: "root" });
    const live = loose.live({
      where: { id: "root" },
      include: { children: { collection: "loose", by: "parent", orderBy: "-id" } },
    });
    live.subscribe(() => undefined);
    await loose.insert({ id: "b", parent: "root" }).local;
    await expect
      .poll(() => live.getSnapshot().rows[0]?.children.map(({ id }) => id))
      .toEqual(["b", "a"]);
    const children = live.getSnapshot().rows[0]?.children;
    await loose.update("root", { name: "changed" }).local;
    expect(live.getSnapshot().rows[0]).toMatchObject({ name: "changed" });
    expect(live.getSnapshot().rows[0]?.children).toBe(children);
  });

  it("come with relations of their own, and with conditions", async () => {
    const { lists, todos } = client.collections;
    await todos.update("t3", { listId: "home" }).local;
    const include = {
      list: {
        collection: "lists",
        id: "listId",
        where: { name: { startsWith: "h" } },
        include: {
          late: {
            collection: "todos",
            by: "listId",
            where: { or: [{ rank: { lt: 5 } }, { title: "title 0" }], not: { title: "title 18" } },
            orderBy: "rank",
            limit: 2,
          },
        },
      },
    } as const;
    const live = todos.live({ where: { id: { in: ["t1", "t3"] } }, include });
    live.subscribe(() => undefined);
    await expect.poll(() => live.getSnapshot().ready).toBe(true);
    const late = () => live.getSnapshot().rows.map(({ list }) => list?.late.map(({ id }) => id));
    expect(late()).toEqual([undefined, ["t16", "t0"]]);
    const [other] = live.getSnapshot().rows;
    await todos.update("t16", { title: "title 18" }).local;
    expect(late()).toEqual([undefined, ["t0"]]);
    expect(live.getSnapshot().rows[0]).toBe(other);
    const before = live.getSnapshot();
    await todos.update("t12", { title: "not late" }).local;
    expect(live.getSnapshot()).toBe(before);
    await client.collections.lists.update("work", { name: "housework" }).local;
    expect(late()).toEqual([["t19", "t17"], ["t0"]]);
    expect(await todos.query({ where: { id: { in: ["t1", "t3"] } }, include })).toEqual(
      live.getSnapshot().rows,
    );
    expect(await lists.count()).toBe(2);
  });

  it("have the types of the collections that they name", () => {
    const { lists, todos } = client.collections;
    // Never run: the compiler is asked.
    const _typed = async () => {
      const one = await todos.first({ include: { list: { collection: "lists", id: "listId" } } });
      one?.list?.name satisfies string | undefined;
      const many = await lists.query({ include: { open: { collection: "todos", by: "listId" } } });
      many[0]?.open[0]?.rank satisfies number | undefined;
      // @ts-expect-error: todos have no such field
      await todos.query({ include: { list: { collection: "lists", id: "list" } } });
      // @ts-expect-error: there is no such collection
      await todos.query({ include: { list: { collection: "list", id: "listId" } } });
      // @ts-expect-error: lists have no such field
      await todos.query({ include: { lists: { collection: "lists", by: "listId" } } });
      // @ts-expect-error: a field of its own bears that name
      await todos.query({ include: { title: { collection: "lists", id: "listId" } } });
      // @ts-expect-error: they are ordered by fields of theirs
      await lists.query({ include: { t: { collection: "todos", by: "listId", orderBy: "name" } } });
      const deep = await lists.query({
        include: {
          open: {
            collection: "todos",
            by: "listId",
            where: { or: [{ rank: { gt: 1 } }, { title: { includes: "a" } }] },
            include: { list: { collection: "lists", id: "listId" } },
          },
        },
      });
      deep[0]?.open[0]?.list?.name satisfies string | undefined;
      await lists.query({
        // @ts-expect-error: todos have no such field
        include: { t: { collection: "todos", by: "listId", where: { rnk: 1, rank: 1 } } },
      });
      await lists.query({
        // @ts-expect-error: a number begins with nothing
        include: { t: { collection: "todos", by: "listId", where: { rank: { startsWith: "" } } } },
      });
      const list = { list: { collection: "lists", id: "title" } } as const;
      await lists.query({ include: { t: { collection: "todos", by: "listId", include: list } } });
      const none = { list: { collection: "lists", id: "name" } } as const;
      // @ts-expect-error: todos have no such field
      await lists.query({ include: { t: { collection: "todos", by: "listId", include: none } } });
    };
    expect(_typed).toBeTypeOf("function");
  });
});
