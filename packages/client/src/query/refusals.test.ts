// Questions that make no sense: refused by their path, or answered with nothing; never with everything.

import { SynclineError } from "@syncline/core";
import { beforeEach, expect, it } from "vitest";
import { type Collection, collection, openClient, openMemoryStore } from "../index.ts";

interface Todo {
  listId: string;
  title: string;
  rank: number;
}

let todos: Collection<Todo>;
beforeEach(async () => {
  const offline = () => Promise.reject(new SynclineError("offline"));
  const client = await openClient({
    app: "x",
    store: await openMemoryStore(),
    transport: {
      sync: offline,
      pull: offline,
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
      close: async () => undefined,
    },
    autoSync: false,
    collections: {
      todos: collection<Todo>({ indexes: ["listId", ["listId", "rank"], "title"] }),
      lists: collection(),
    },
  });
  todos = client.collections.todos;
  for (let i = 0; i < 21; i++)
    todos.insert({ id: `t${i}`, listId: "home", title: `title ${i}`, rank: i });
});

it.each([
  [null, "query"],
  ["all", "query"],
  [{ limit: -1 }, "limit"],
  [{ after: "t3" }, "after"],
  [{ after: null }, "after"],
  [{ after: { rank: 3 } }, "after"],
  [{ limit: Number.NaN }, "limit"],
  [{ limit: Number.MAX_VALUE }, "limit"],
  [{ orderBy: 1 }, "orderBy"],
  [{ orderBy: [null] }, "orderBy"],
  [{ where: [1] }, "where"],
  [{ where: { title: new Date(0) } }, "where.title"],
  [{ where: { title: { in: [{ deep: 1n }] } } }, "where.title.in"],
  [{ where: { title: { toString: 1 } } }, "where.title.toString"],
  [{ offset: 0.5 }, "offset"],
  [{ where: { title: { like: "x" } } }, "where.title.like"],
  [{ where: { title: { in: "x" } } }, "where.title.in"],
  [{ where: { title: { startsWith: 1 } } }, "where.title.startsWith"],
  [{ where: { title: { includes: ["x"] } } }, "where.title.includes"],
  [{ where: { title: { isNull: "no" } } }, "where.title.isNull"],
  [{ where: { title: { not: { prefix: "x" } } } }, "where.title.not.prefix"],
  [{ where: { rank: { gt: new Date(0) } } }, "where.rank.gt"],
  [{ where: { rank: { lte: [1] } } }, "where.rank.lte"],
  [{ where: { title: { contains: { deep: 1n } } } }, "where.title.contains"],
  [{ where: { or: { rank: 1 } } }, "where.or"],
  [{ where: { and: [{ rank: 1 }, null] } }, "where.and.1"],
  [
    { where: { or: [{ not: { and: [{ title: { like: 1 } }] } }] } },
    "where.or.0.not.and.0.title.like",
  ],
  [{ where: { not: [] } }, "where.not"],
  [{ include: { id: { collection: "lists", id: "listId" } } }, "include.id"],
  [{ include: { list: { collection: "../x", id: "listId" } } }, "include.list"],
  [{ include: { list: { collection: "lists" } } }, "include.list"],
  [{ include: { list: null } }, "include.list"],
  [{ include: { list: { collection: "lists", id: "listId", by: "listId" } } }, "include.list"],
  [{ include: { list: { collection: "todos", by: "listId", limit: -1 } } }, "include.list.limit"],
  [{ limt: 3 }, "limt"],
  [{ wher: {} }, "wher"],
  [
    { include: { list: { collection: "todos", by: "listId", where: { rank: { is: 1 } } } } },
    "include.list.where.rank.is",
  ],
  [
    {
      include: {
        list: {
          collection: "lists",
          id: "listId",
          include: { all: { collection: "todos", by: "listId", limit: -1 } },
        },
      },
    },
    "include.list.include.all.limit",
  ],
  [{ include: { list: { collection: "todos", by: "listId", offset: 1 } } }, "include.list.offset"],
])("refuses a question that makes no sense by its path (%#)", async (query, path) => {
  const refused = { code: "invalid", path };
  await expect(todos.query(query as never)).rejects.toMatchObject(refused);
  expect(() => todos.live(query as never)).toThrow(expect.objectContaining(refused));
});

it("finds nothing where a name belongs to every object", async () => {
  expect(await todos.query({ where: { constructor: { not: null } } } as never)).toEqual([]);
  expect(await todos.query({ where: { "title.length": { gt: 0 } } } as never)).toEqual([]);
  expect(await todos.query({ where: { "__proto__.constructor": { not: null } } } as never)).toEqual(
    [],
  );
  expect(await todos.query({ where: JSON.parse('{"__proto__":{"not":null}}') } as never)).toEqual(
    [],
  );
});

it("finds nothing by what is not a number", async () => {
  for (const condition of [
    Number.NaN,
    { gte: Number.NaN },
    { lt: Number.NaN },
    { in: [Number.NaN] },
  ])
    expect(await todos.count({ where: { rank: condition } })).toBe(0);
  expect(await todos.query({ limit: Number.MAX_SAFE_INTEGER, offset: 20 })).toHaveLength(1);
});
