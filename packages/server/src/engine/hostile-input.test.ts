import type { Change, ErrorCode, Json, Mutation, SyncRequest } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";

const app = defineApp({ name: "todo", collections: { todos: {} } });

function setUp() {
  const world = createTestEngine({ apps: [app] });
  return { world, client: createRawClient(world, { userId: "alice", clientId: "phone" }) };
}

/** What a request body can hold that a literal cannot: JSON.parse makes `__proto__` a name like any other. */
function parsed(text: string): { readonly [name: string]: Json } {
  return JSON.parse(text) as { readonly [name: string]: Json };
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe("a change that can never succeed is refused, and its neighbours are not", () => {
  const long = "x".repeat(129);
  const cases: [what: string, change: Partial<Change>, code: ErrorCode, path: string][] = [
    ["an unknown collection", { collection: "nope" }, "schema", "collection"],
    ["an inherited name as a collection", { collection: "toString" }, "schema", "collection"],
    ["an empty collection", { collection: "" }, "invalid", "collection"],
    ["__proto__ as a collection", { collection: "__proto__" }, "invalid", "collection"],
    ["an overlong collection", { collection: long }, "invalid", "collection"],
    ["an empty id", { id: "" }, "invalid", "id"],
    ["an overlong id", { id: long }, "invalid", "id"],
    ["an id with a slash", { id: "a/b" }, "invalid", "id"],
    ["an id with a line break at its end", { id: "a\n" }, "invalid", "id"],
    ["an id with a control character", { id: "a\u0000" }, "invalid", "id"],
    ["an id with a lone surrogate", { id: "a\ud800" }, "invalid", "id"],
    ["an id with letters beyond ASCII", { id: "é" }, "invalid", "id"],
    ["constructor as an id", { id: "constructor" }, "invalid", "id"],
    ["no time", { time: "" }, "invalid", "time"],
    ["a time in words", { time: "yesterday" }, "invalid", "time"],
    ["a time without a counter", { time: "2026-11-20T10:00:00.000Z" }, "invalid", "time"],
    ["the 30th of February", { time: "2026-02-30T10:00:00.000Z-0000-a" }, "invalid", "time"],
    ["a time before 1970", { time: "1969-12-31T23:59:59.999Z-0000-a" }, "invalid", "time"],
    ["a year of five digits", { time: "+12026-02-01T10:00:00.000Z-0000-a" }, "invalid", "time"],
    ["a counter in capitals", { time: "2026-11-20T10:00:00.000Z-00FF-a" }, "invalid", "time"],
    ["a time without a client", { time: "2026-11-20T10:00:00.000Z-0000-" }, "invalid", "time"],
    ["a delete with fields", { op: "delete" }, "invalid", "fields"],
    ["a restore with fields", { op: "restore" }, "invalid", "fields"],
    ["a time of a field that is not there", { times: { b: "x" } }, "invalid", "times.b"],
    ["a time of a field that is none", { times: { a: "x" } }, "invalid", "times.a"],
    ["__proto__ as a field", { fields: parsed('{"__proto__":1}') }, "invalid", "fields.__proto__"],
    [
      "prototype within a field",
      { fields: parsed('{"a":{"prototype":1}}') },
      "invalid",
      "fields.a.prototype",
    ],
    ["a field without a name", { fields: { "": 1 } }, "invalid", "fields"],
    ["a field's name with NUL", { fields: { "a\u0000": 1 } }, "invalid", "fields.a\u0000"],
    [
      "a number beyond what is exact",
      { fields: parsed('{"a":9007199254740993}') },
      "invalid",
      "fields.a",
    ],
    ["a number beyond all numbers", { fields: parsed('{"a":1e400}') }, "invalid", "fields.a"],
    ["a text with a lone surrogate", { fields: { a: "\ud800" } }, "invalid", "fields.a"],
    ["a text with NUL", { fields: { a: ["x", "\u0000"] } }, "invalid", "fields.a.1"],
    [
      "JSON that is too deep",
      { fields: { a: nested(33) } },
      "too_large",
      `fields.a${".0".repeat(31)}`,
    ],
    [
      "a record that is too large",
      { fields: { a: "x".repeat(256 * 1024) } },
      "too_large",
      "fields",
    ],
    [
      "one that is too large in bytes",
      { fields: { a: "€".repeat(90_000) } },
      "too_large",
      "fields",
    ],
  ];

  test.each(cases)("%s", async (_what, wrong, code, path) => {
    const { client } = setUp();
    const change = client.change("put", "todos", "bad", { a: 1 }, wrong);
    const { results, lastMutation } = await client.sync([
      client.mutation(client.change("put", "todos", "before", { n: 1 })),
      client.mutation(client.change("put", "todos", "half", { n: 2 }), change),
      client.mutation(client.change("put", "todos", "after", { n: 3 })),
    ]);
    expect(results).toEqual([
      { id: 1, status: "applied" },
      {
        id: 2,
        status: "rejected",
        error: { code, path: `mutations.1.changes.1.${path}`, message: expect.any(String) },
      },
      { id: 3, status: "applied" },
    ]);
    expect(lastMutation).toBe(3);
    expect([...client.records.keys()]).toEqual(["todos/before", "todos/after"]);
  });

  test("a put and a patch without fields", async () => {
    const { client } = setUp();
    const { results } = await client.sync([
      client.mutation(client.change("put", "todos", "t1")),
      client.mutation(client.change("patch", "todos", "t1")),
    ]);
    expect(results).toMatchObject([
      { status: "rejected", error: { code: "invalid", path: "mutations.0.changes.0.fields" } },
      { status: "rejected", error: { code: "invalid", path: "mutations.1.changes.0.fields" } },
    ]);
  });

  test("a delete with times", async () => {
    const { client } = setUp();
    const change = client.change("delete", "todos", "t1", undefined, { times: {} });
    expect(await client.push(change)).toMatchObject({
      error: { code: "invalid", path: "mutations.0.changes.0.times" },
    });
  });

  test("a mutation of 1001 changes", async () => {
    const { client } = setUp();
    const changes = Array.from({ length: 1_001 }, (_, i) =>
      client.change("put", "todos", `t${i}`, {}),
    );
    expect(await client.push(...changes)).toMatchObject({
      status: "rejected",
      error: { code: "too_large", path: "mutations.0.changes" },
    });
    expect(await client.push(...changes.slice(1))).toMatchObject({ status: "applied" });
  });

  test.each(["", "rubbish", "1.test1.0.all.00000000", "x".repeat(10_000)])(
    "a damaged cursor as what was seen: %s",
    async (seen) => {
      const { client } = setUp();
      const mutation = { ...client.mutation(client.change("put", "todos", "t1", {})), seen };
      expect((await client.sync([mutation])).results).toMatchObject([
        { status: "rejected", error: { code: "invalid", path: "mutations.0.seen" } },
      ]);
    },
  );

  test("a record that grows too large by patches is refused before the patch that does it", async () => {
    const { client } = setUp();
    const quarter = "x".repeat(100 * 1024);
    const results = [];
    for (const name of ["a", "b", "c"]) {
      results.push(await client.push(client.change("patch", "todos", "t1", { [name]: quarter })));
    }
    expect(results).toMatchObject([
      { status: "applied" },
      { status: "applied" },
      { status: "rejected", error: { code: "too_large", path: "mutations.0.changes.0.fields" } },
    ]);
  });

  test("[G11] JSON of a million levels is refused like that of 33, and when it comes again", async () => {
    const { world, client } = setUp();
    const change = client.change("put", "todos", "t1", { a: nested(1_000_000) });
    const request: SyncRequest = {
      ...client.request([]),
      mutations: [client.mutation(change)] as SyncRequest["mutations"], // the same, but for readonly
    };
    const outcome = () => world.engine.sync(client.principal, client.address, request);
    expect((await outcome()).results).toMatchObject([{ error: { code: "too_large" } }]);
    expect((await outcome()).results).toMatchObject([
      { status: "duplicate", result: { error: { code: "too_large" } } },
    ]);
    expect(world.failures).toEqual([]);
  });

  test("values that look dangerous and are not are kept as they are", async () => {
    const { client } = setUp();
    const fields = parsed(
      '{"toString":1,"hasOwnProperty":{"valueOf":null},"then":"x","length":-0,"sql":"\'; DROP TABLE records; --","html":"<script>","😀":"\\u2028 \\ud83d\\ude00","tiny":5e-324}',
    );
    expect(await client.push(client.change("put", "todos", "t1", fields))).toMatchObject({
      status: "applied",
    });
    expect(client.records.get("todos/t1")?.fields).toEqual(JSON.parse(JSON.stringify(fields)));
  });
});

describe("a request that is malformed as a whole is refused, and nothing of it is done", () => {
  const good = (client: RawClient): Mutation =>
    client.mutation(client.change("put", "todos", "t1", { n: 1 }));
  const numbered = (client: RawClient, ...ids: number[]): SyncRequest["mutations"] =>
    ids.map((id) => ({ ...good(client), id })) as unknown as SyncRequest["mutations"]; // the same, but for readonly

  const cases: [string, (client: RawClient) => Partial<SyncRequest>, ErrorCode, string][] = [
    ["a client id with a slash", () => ({ clientId: "a/b" }), "invalid", "clientId"],
    ["an overlong client id", () => ({ clientId: "x".repeat(129) }), "invalid", "clientId"],
    ["no reading of the clock", () => ({ now: "now" }), "invalid", "now"],
    ["a damaged cursor", () => ({ cursor: "rubbish" }), "invalid", "cursor"],
    ["a cut cursor", () => ({ cursor: "1.test1.0.al" }), "invalid", "cursor"],
    ["mutation 0", (client) => ({ mutations: numbered(client, 0) }), "invalid", "mutations.0.id"],
    ["mutation -1", (client) => ({ mutations: numbered(client, -1) }), "invalid", "mutations.0.id"],
    [
      "mutation 1.5",
      (client) => ({ mutations: numbered(client, 1.5) }),
      "invalid",
      "mutations.0.id",
    ],
    [
      "mutation 2^53",
      (client) => ({ mutations: numbered(client, 2 ** 53) }),
      "invalid",
      "mutations.0.id",
    ],
    [
      "mutations out of order",
      (client) => ({ mutations: numbered(client, 2, 1) }),
      "invalid",
      "mutations.1.id",
    ],
    [
      "a mutation twice",
      (client) => ({ mutations: numbered(client, 1, 1) }),
      "invalid",
      "mutations.1.id",
    ],
    [
      "a mutation left out",
      (client) => ({ mutations: numbered(client, 1, 3) }),
      "invalid",
      "mutations.1.id",
    ],
    [
      "a mutation without changes",
      () => ({ mutations: [{ id: 1, seen: null, changes: [] }] }),
      "invalid",
      "mutations.0.changes",
    ],
    [
      "1001 mutations",
      (client) => ({
        mutations: numbered(client, ...Array.from({ length: 1_001 }, (_, i) => i + 1)),
      }),
      "too_large",
      "mutations",
    ],
    [
      "5001 changes",
      (client) => {
        const changes = Array.from({ length: 834 }, () => client.change("put", "todos", "t1", {}));
        const mutations = Array.from({ length: 6 }, () => client.mutation(...changes));
        return { mutations: mutations as unknown as SyncRequest["mutations"] }; // the same, but for readonly
      },
      "too_large",
      "mutations",
    ],
    ["a page of nothing", () => ({ pull: { limit: 0 } }), "invalid", "pull.limit"],
    ["no collection at all", () => ({ pull: { collections: [] } }), "invalid", "pull.collections"],
    [
      "a collection that is none",
      () => ({ pull: { collections: ["a/b"] } }),
      "invalid",
      "pull.collections",
    ],
  ];

  test.each(cases)("%s", async (_what, wrong, code, path) => {
    const { world, client } = setUp();
    const extra = wrong(client);
    const mutations = extra.mutations ?? [good(client)];
    await expect(client.sync(mutations, extra)).rejects.toMatchObject({ code, path });
    const head = await world.store.head("todo/~alice");
    expect(head?.stamp ?? 0).toBe(0);
    expect(
      await world.store.client("todo/~alice", { userId: "alice", clientId: "phone" }),
    ).toBeUndefined();
  });

  test("one with a page asked for by a fraction", async () => {
    const { world, client } = setUp();
    const pull = world.engine.pull(client.principal, client.address, { cursor: null, limit: 1.5 });
    await expect(pull).rejects.toMatchObject({ code: "invalid", path: "limit" });
  });
});

test("[G11] an answer full of conflicts ends where it would grow too large, and the rest is taken later", async () => {
  const world = createTestEngine();
  const client = createRawClient(world, { userId: "alice", clientId: "phone" });
  const policies = { docs: "versioned" };
  const text = "x".repeat(250_000);
  await client.sync([client.mutation(client.change("put", "docs", "d1", { text }))], { policies });
  let left = Array.from({ length: 40 }, () =>
    client.mutation(client.change("put", "docs", "d1", { text: "mine" }, { baseVersion: 9 })),
  );
  const sizes: number[] = [];
  while (left.length > 0) {
    const { results, stopped } = await client.sync(left, { policies });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["conflict"]));
    sizes.push(JSON.stringify(results).length);
    left = left.slice(results.length);
    expect(stopped?.code).toBe(left.length > 0 ? "unavailable" : undefined);
    expect(sizes.length).toBeLessThan(20);
  }
  expect(Math.max(...sizes)).toBeLessThan(1.5 * 1024 * 1024);
  const row = await world.store.client("todo/~alice", { userId: "alice", clientId: "phone" });
  expect(JSON.stringify(row).length).toBeLessThan(4 * 1024 * 1024);
});
