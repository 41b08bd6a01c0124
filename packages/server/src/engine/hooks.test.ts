import type { StandardSchemaV1 } from "@standard-schema/spec";
import { customPolicy, type Json, type MergePolicy, SynclineError } from "@syncline/core";
import { describe, expect, test } from "vitest";
import type { AppDefinition, CollectionDefinition, Commit } from "../apps/app.ts";
import { defineApp } from "../apps/define-app.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";

type Answer = StandardSchemaV1.Result<unknown> | Promise<StandardSchemaV1.Result<unknown>>;

/** A schema of no library: what the standard asks for and nothing else. */
function schema(validate: (value: unknown) => Answer): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const titled = schema((value) => {
  const title = (value as { title?: unknown }).title; // any record's fields
  return typeof title === "string"
    ? { value }
    : { issues: [{ message: "A todo has a title.", path: ["title"] }] };
});

function setUp(todos: CollectionDefinition, hooks: Partial<AppDefinition> = {}) {
  const app = defineApp({ name: "todo", collections: { todos, plain: {} }, ...hooks });
  const world = createTestEngine({ apps: [app] });
  const client = createRawClient(world, { userId: "alice", clientId: "phone" });
  const policy = todos.policy;
  const policies =
    policy === undefined ? {} : { todos: typeof policy === "string" ? policy : policy.name };
  const send = (...mutations: Parameters<typeof client.sync>[0] & object) =>
    client.sync(mutations, { policies });
  const put = (fields: { [name: string]: Json }, collection = "todos", id = "t1") =>
    client.mutation(client.change("put", collection, id, fields));
  return { world, client, send, put };
}

describe("schemas", () => {
  test("look at the record as it would be after the merge, and name the field", async () => {
    const { client, send, put } = setUp({ schema: titled });
    const { results } = await send(
      put({ title: "Milk" }),
      client.mutation(client.change("patch", "todos", "t1", { done: true })),
      client.mutation(
        client.change("put", "plain", "p1", {}),
        client.change("patch", "todos", "t1", { title: 5 }),
      ),
    );
    expect(results).toEqual([
      { id: 1, status: "applied" },
      { id: 2, status: "applied" },
      {
        id: 3,
        status: "rejected",
        error: {
          code: "schema",
          message: "A todo has a title.",
          path: "mutations.2.changes.1.fields.title",
        },
      },
    ]);
    expect(client.records.has("plain/p1")).toBe(false);
  });

  test("do not stand in the way of a deletion, and look again when a record comes back", async () => {
    const { client, send, put } = setUp({ schema: titled });
    const { results } = await send(
      put({ title: "Milk" }),
      client.mutation(client.change("delete", "todos", "t1")),
      client.mutation(client.change("patch", "todos", "t1", { title: 1 })),
      client.mutation(client.change("restore", "todos", "t1")),
    );
    expect(results.map(({ status }) => status)).toEqual([
      "applied",
      "applied",
      "applied",
      "rejected",
    ]);
  });

  test("name places within lists", async () => {
    const path = ["tags", { key: 1 }, "name"];
    const strict = schema(() => ({ issues: [{ message: "No.", path }] }));
    const { send, put } = setUp({ schema: strict });
    expect((await send(put({}))).results).toMatchObject([
      { error: { path: "mutations.0.changes.0.fields.tags.1.name" } },
    ]);
  });

  test("cannot change what is stored", async () => {
    const { client, send, put } = setUp({ schema: schema(() => ({ value: { other: 1 } })) });
    await send(put({ title: "Milk" }));
    expect(client.records.get("todos/t1")?.fields).toEqual({ title: "Milk" });
  });

  test("that answer asynchronously are a mistake of the app, and nothing is consumed", async () => {
    const { world, send, put } = setUp({ schema: schema(() => Promise.reject(new Error("late"))) });
    await expect(send(put({}))).rejects.toMatchObject({ code: "config" });
    expect(
      await world.store.client("todo/~alice", { userId: "alice", clientId: "phone" }),
    ).toBeUndefined();
  });
});

describe("the validate hook", () => {
  test("says why a record is refused", async () => {
    const { send, put } = setUp(
      {},
      { validate: (record, change, { userId }) => `${userId} may not ${change.op} ${record.id}` },
    );
    expect((await send(put({}))).results).toMatchObject([
      {
        error: {
          code: "schema",
          message: "alice may not put t1",
          path: "mutations.0.changes.0.fields",
        },
      },
    ]);
  });

  test("[G4] that throws stops the push there: what came before is committed, the rest is sent again", async () => {
    let broken = true;
    const { world, client, send, put } = setUp(
      {},
      {
        validate: ({ id }) => {
          if (broken && id === "t2") throw new Error("bug of the app");
          return undefined;
        },
      },
    );
    const mutations = ["t1", "t2", "t3"].map((id) => put({}, "todos", id));
    const first = await send(...mutations);
    expect(first.results).toEqual([{ id: 1, status: "applied" }]);
    expect(first.stopped).toMatchObject({ code: "internal" });
    expect(first.stopped?.message).not.toContain("bug of the app");
    expect(first.lastMutation).toBe(1);
    expect([...client.records.keys()]).toEqual(["todos/t1"]);
    expect(world.failures).toMatchObject([{ thrown: { message: "bug of the app" } }]);
    await expect(send(...mutations.slice(1))).rejects.toMatchObject({ code: "internal" });
    broken = false;
    const second = await send(...mutations);
    expect(second.results.map(({ status }) => status)).toEqual(["duplicate", "applied", "applied"]);
  });

  test.each<[string, () => unknown]>([
    ["a promise", () => Promise.reject(new Error("late"))],
    ["true", () => true],
    ["null", () => null],
  ])("that answers %s is a mistake of the app", async (_what, answer) => {
    const validate = answer as () => string; // it lies about its type
    const { send, put } = setUp({}, { validate });
    await expect(send(put({}))).rejects.toMatchObject({ code: "config" });
  });
});

describe("the afterCommit hook", () => {
  test("is told what was written, once, and not of what was not", async () => {
    const commits: Commit[] = [];
    const { world, client, send, put } = setUp(
      {},
      { afterCommit: (commit) => void commits.push(commit) },
    );
    const good = put({ n: 1 });
    const bad = client.mutation(client.change("delete", "todos", "t1", { n: 1 }));
    await send(good, bad);
    await send(good);
    await send(client.mutation(client.change("delete", "todos", "t9", { n: 1 })));
    const head = await world.store.head("todo/~alice");
    expect(commits).toMatchObject([
      { space: "todo/~alice", stamp: head?.stamp, userId: "alice", records: [{ id: "t1" }] },
    ]);
  });

  test.each<[string, () => void | Promise<void>]>([
    [
      "throws",
      () => {
        throw new Error("mail is away");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("mail is away");
      },
    ],
  ])("changes nothing when it %s, and is reported", async (_what, afterCommit) => {
    const { world, send, put } = setUp({}, { afterCommit });
    expect((await send(put({}))).results).toEqual([{ id: 1, status: "applied" }]);
    await world.engine.drain();
    expect(world.failures).toMatchObject([{ thrown: { message: "mail is away" } }]);
  });
});

describe("merge policies of an app", () => {
  const largest = customPolicy("largest", (record, change) => {
    const held = record?.fields["n"];
    const sent = change.fields?.["n"];
    if (typeof sent !== "number") return { type: "conflict" };
    if (typeof held === "number" && held >= sent) return { type: "unchanged" };
    return { type: "write", fields: { n: sent } };
  });

  test("decide what a record becomes", async () => {
    const { client, send, put } = setUp({ policy: largest });
    const { results } = await send(put({ n: 3 }), put({ n: 1 }), put({ n: 7 }), put({ n: "x" }));
    expect(results.map(({ status }) => status)).toEqual([
      "applied",
      "applied",
      "applied",
      "conflict",
    ]);
    expect(client.records.get("todos/t1")).toMatchObject({ version: 2, fields: { n: 7 } });
  });

  test("that make what is no JSON have their mutation refused", async () => {
    const policy = customPolicy("sum", () => ({ type: "write", fields: { n: 2 ** 60 } }));
    const { send, put } = setUp({ policy });
    expect((await send(put({}))).results).toMatchObject([
      { status: "rejected", error: { code: "invalid", path: "mutations.0.changes.0.fields.n" } },
    ]);
  });

  test.each(["version", "stamp", "createdStamp", "id", "collection"])(
    "that give a record another %s are a mistake of the app, and nothing is written",
    async (member) => {
      const policy: MergePolicy = {
        name: "liar",
        merge: (current, change, context) => {
          const outcome = largest.merge(current, change, context);
          if (outcome.type !== "written") return outcome;
          return { type: "written", record: { ...outcome.record, [member]: 12 } };
        },
      };
      const { world, send, put } = setUp({ policy });
      await expect(send(put({ n: 1 }))).rejects.toMatchObject({ code: "config" });
      expect((await world.store.head("todo/~alice"))?.stamp).toBe(0);
    },
  );

  test("that throw stop the push", async () => {
    const policy = customPolicy("bug", () => {
      throw new SynclineError("unavailable");
    });
    const { send, put } = setUp({ policy });
    const { results, stopped } = await send(put({}, "plain", "p1"), put({}));
    expect(results).toHaveLength(1);
    expect(stopped).toMatchObject({ code: "unavailable" });
  });
});

describe("defineApp", () => {
  const lww: MergePolicy = { name: "lww", merge: () => ({ type: "conflict" }) };
  test.each<[string, AppDefinition, string]>([
    ["a name that is no id", { name: "to do", collections: {} }, "name"],
    ["a collection that is no id", { name: "todo", collections: { "a/b": {} } }, "collections.a/b"],
    [
      "a policy that Syncline does not have",
      { name: "todo", collections: { a: { policy: "newest" as "lww" } } }, // from JavaScript
      "collections.a.policy",
    ],
    [
      "a policy of its own under a name of Syncline's",
      { name: "todo", collections: { a: { policy: lww } } },
      "collections.a.policy",
    ],
  ])("refuses %s", (_what, app, path) => {
    expect(() => defineApp(app)).toThrow(expect.objectContaining({ code: "config", path }));
  });

  test("two apps of one name are refused by the engine", () => {
    const app = defineApp({ name: "todo", collections: {} });
    expect(() => createTestEngine({ apps: [app, app] })).toThrow(
      expect.objectContaining({ code: "config" }),
    );
  });
});

test("a client that is too old may send what is pending, and is then told to update", async () => {
  const app = defineApp({ name: "todo", minimumVersion: 3, collections: { todos: {} } });
  const client = createRawClient(createTestEngine({ apps: [app] }), {
    userId: "alice",
    clientId: "old",
  });
  const put = client.mutation(client.change("put", "todos", "t1", {}));
  expect((await client.sync([put], { schema: 2 })).results).toEqual([{ id: 1, status: "applied" }]);
  await expect(client.sync([], { schema: 2 })).rejects.toMatchObject({ code: "incompatible" });
  await expect(client.sync([])).rejects.toMatchObject({ code: "incompatible" });
  await client.sync([], { schema: 3 });
});
