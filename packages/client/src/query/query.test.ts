// Queries as apps ask them: indexes, live results, and what goes wrong.

import { SynclineError, type WireRecord } from "@syncline/core";
import { beforeEach, describe, expect, it } from "vitest";
import { type ClientEvent, type LocalStore, openMemoryStore } from "../index.ts";
import { page, record } from "../store/conformance-samples.ts";
import { fillLists, openLists, TODOS } from "./todo-lists.ts";

/** A device whose database cannot be read any more once something was written. */
let broken: "no" | "next" | "yes";
let events: ClientEvent[];
const open = async (sent: readonly WireRecord[] = []) => {
  const memory = await openMemoryStore();
  await memory.apply(page(sent));
  const reading =
    <Given extends readonly unknown[], Result>(read: (...given: Given) => Promise<Result>) =>
    (...given: Given) =>
      broken === "yes" ? Promise.reject(new SynclineError("unavailable")) : read(...given);
  const store: LocalStore = Object.assign(Object.create(memory) as LocalStore, {
    get: reading(memory.get),
    getMany: reading(memory.getMany),
    range: reading(memory.range),
    scan: reading(memory.scan),
    async append(...given: Parameters<LocalStore["append"]>) {
      const appended = await memory.append(...given);
      if (broken === "next") broken = "yes";
      return appended;
    },
  });
  broken = "no";
  events = [];
  return await openLists(store, (event) => events.push(event));
};

let client: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  client = await open();
  await fillLists(client);
});

describe("indexes", () => {
  // Of what the server has sent: what is pending is in memory.
  beforeEach(async () => {
    client = await open(
      TODOS.map(({ id, ...fields }, i) => record(id, i + 1, { collection: "todos", fields })),
    );
  });

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
    expect(await used({ where: { title: { startsWith: "title 1" } } })).toEqual(["title", 12, 11]);
    expect(await used({ where: { listId: { in: ["home", "gone"] } } })).toEqual(["listId", 11, 11]);
    expect(await used({ where: { id: "t3" } })).toEqual(["id", 1, 1]);
    expect(await used({ where: { id: { in: ["t3", "t4", "t3", "?"] } } })).toEqual(["id", 2, 2]);
    // Part of what must hold, however it is put.
    const home = { and: [{ listId: "home" }, { or: [{ rank: 2 }, { title: { includes: "8" } }] }] };
    expect(await used({ where: home })).toEqual(["listId", 10, 2]);
    expect(await used({ where: { title: { isNull: true } } })).toEqual(["title", 0, 0]);
    expect(await used({ where: { rank: 3 } })).toEqual(["none", 21, 1]);
    // All of them are in memory now.
    expect(await used({ where: { listId: "home" } })).toEqual(["none", 21, 10]);
  });

  it("are gone through in both directions, no further than the limit", async () => {
    const { todos } = client.collections;
    const query = { where: { listId: "home" }, limit: 2, offset: 1 } as const;
    for (const [orderBy, ids] of [
      ["rank", ["t16", "t14"]],
      ["-rank", ["t2", "t4"]],
    ] as const) {
      expect((await todos.query({ ...query, orderBy })).map(({ id }) => id)).toEqual(ids);
      expect(await todos.explainQuery({ ...query, orderBy })).toEqual({
        index: ["listId", "rank"],
        from: "store",
        scanned: 3,
        found: 3,
      });
    }
  });

  it("leave equal ones in the order of their ids, in both directions", async () => {
    const { todos } = client.collections;
    for (const id of ["t0", "t4", "t18"]) todos.update(id, { rank: 7 });
    const ids = async (orderBy: "rank" | "-rank") => {
      const rows = await todos.query({ where: { listId: "home" }, orderBy });
      return rows.flatMap(({ id, rank }) => (rank === 7 ? [id] : []));
    };
    expect([await ids("rank"), await ids("-rank")]).toEqual([
      ["t0", "t18", "t4"],
      ["t0", "t18", "t4"],
    ]);
  });

  it("know the end of the texts that begin with the last of all characters", async () => {
    const { todos } = client.collections;
    await todos.update("t0", { title: "\uffff and more" }).local;
    expect(await todos.count({ where: { title: { startsWith: "\uffff" } } })).toBe(1);
  });

  it("give a row once, however often it was asked for", async () => {
    const { todos } = client.collections;
    const where = { listId: { in: ["gone", "gone", null, undefined] } };
    expect(await todos.query({ where } as never)).toHaveLength(1);
    await todos.update("orphan", { listId: null } as never).local;
    expect(await todos.query({ where } as never)).toHaveLength(1);
  });

  it("follow many changes at once", async () => {
    const { todos } = client.collections;
    const live = todos.live({ where: { listId: "bulk" }, orderBy: "-rank", limit: 2 });
    live.subscribe(() => undefined);
    await todos.count({ where: { listId: "bulk" } });
    await client.transaction((tx) => {
      for (let i = 0; i < 1_000; i++)
        tx.todos.insert({ id: `b${i}`, listId: "bulk", title: "", rank: (i * 7) % 1_000 });
    }).local;
    expect(live.getSnapshot().rows.map(({ rank }) => rank)).toEqual([999, 998]);
    expect(await todos.explainQuery({ where: { listId: "bulk" } })).toMatchObject({
      index: ["listId"],
      scanned: 1_000,
    });
  });

  it("follow what is written", async () => {
    const { todos } = client.collections;
    expect(await todos.count({ where: { listId: "home" } })).toBe(10);
    await todos.update("t0", { listId: "work" }).local;
    await todos.delete("t2").local;
    await todos.insert({ listId: "home", title: "new", rank: 1 }).local;
    expect(await todos.count({ where: { listId: "home" } })).toBe(9);
    expect((await todos.explainQuery({ where: { listId: "home" } })).scanned).toBe(10);
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

  it("show what is written to whoever reads without listening, before and after somebody did", async () => {
    const { todos } = client.collections;
    await todos.count();
    const live = todos.live({ where: { listId: "work" }, orderBy: "rank", limit: 1 });
    const first = () => live.getSnapshot().rows[0]?.id;
    const shown = live.getSnapshot();
    expect([first(), live.getSnapshot() === shown]).toEqual(["t19", true]);
    await todos.delete("t19").local;
    expect(first()).toBe("t17");
    const seen: unknown[] = [];
    const leave = live.subscribe(() => {
      seen.push(first());
      leave();
    });
    await todos.delete("t17").local;
    expect([seen, first()]).toEqual([["t15"], "t15"]);
    await todos.delete("t15").local;
    expect(first()).toBe("t13");
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

describe("what goes wrong", () => {
  it("in a listener keeps neither the write nor the other listeners from what they do", async () => {
    const { lists, todos } = client.collections;
    const live = lists.live({ include: { todos: { collection: "todos", by: "listId" } } });
    let told = 0;
    live.subscribe(() => {
      throw new Error("of the app");
    });
    live.subscribe(() => {
      told += 1;
    });
    await expect.poll(() => live.getSnapshot().ready).toBe(true);
    const before = told;
    await todos.delete("t1").local;
    expect(told).toBe(before + 1);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "failed", thrown: new Error("of the app") }),
    );
  });

  it("in reading does not fail the write, and what is shown catches up", async () => {
    const { lists, todos } = client.collections;
    const query = { orderBy: "rank", limit: 3 } as const;
    const live = todos.live(query);
    const count = todos.liveCount();
    const included = lists.live({ include: { todos: { collection: "todos", by: "listId" } } });
    for (const one of [live, count, included]) one.subscribe(() => undefined);
    await expect.poll(() => included.getSnapshot().ready).toBe(true);
    const shown = live.getSnapshot();
    broken = "next";
    await todos.delete("t19").local;
    expect(live.getSnapshot()).toBe(shown);
    expect(events).toContainEqual(expect.objectContaining({ type: "failed" }));
    await expect(todos.query()).rejects.toMatchObject({ code: "unavailable" });
    broken = "no";
    await todos.insert({ id: "late", listId: "home", title: "late", rank: 1.5 }).local;
    // Everything is read anew, and the write does not wait for that; a query does.
    expect((await todos.query(query)).map(({ id }) => id)).toEqual(["orphan", "late", "t18"]);
    expect(live.getSnapshot().rows).toEqual(await todos.query(query));
    // The rows that did not change are the objects that they were.
    expect(live.getSnapshot().rows[0]).toBe(shown.rows[0]);
    expect(count.getSnapshot()).toBe(21);
    expect(included.getSnapshot().rows.map((row) => row.todos.length)).toEqual([11, 9]);
  });
});
