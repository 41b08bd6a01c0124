// Writes of clients that number nothing: they settle by their times alone, all of them or none.

import { type Change, formatTime, type RecordState, SynclineError } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import { createTestEngine } from "../testing/test-engine.ts";
import type { WriteRequest } from "./contract.ts";

const MY_SPACE = { app: "todo", name: "~" };
const alice = { userId: "alice" };
const key = { collection: "todos", id: "t1" };

function setUp(options: Parameters<typeof createTestEngine>[0] = {}) {
  const world = createTestEngine(options);
  const at = (ms: number) => formatTime({ ms: world.now() + ms, counter: 0 }, "elsewhere");
  const write = async (
    changes: readonly Change[],
    more: Partial<WriteRequest> = {},
    principal = alice,
  ) => {
    const admitted = await world.engine.admit(principal, MY_SPACE, "write");
    const records = changes.map(({ collection, id }) => ({ collection, id }));
    return await world.engine.write(admitted, principal, {
      clientId: "theirs",
      records,
      changes: () => changes,
      ...more,
    });
  };
  const read = async (after = 0): Promise<readonly RecordState[]> => {
    const admitted = await world.engine.admit(alice, MY_SPACE, "read");
    return (await world.engine.records(admitted, { after, limit: 10, maxBytes: 10_000 })).records;
  };
  return { ...world, at, write, read };
}

const put = (time: string, fields: Change["fields"] = { title: "a" }): Change => ({
  ...key,
  op: "put",
  time,
  fields: fields ?? {},
});
const patch = (time: string, title: string): Change => ({
  ...key,
  op: "patch",
  time,
  fields: { title },
});

describe("a client that numbers nothing", () => {
  test("is not carried over its own later writes by an older one that comes late", async () => {
    const { write, read, at } = setUp();
    await write([put(at(-100))]);
    await write([patch(at(-10), "newer")]);
    const late = await write([patch(at(-50), "older")]);
    expect(late.stamp).toBe(late.from);
    expect(await read()).toMatchObject([{ fields: { title: "newer" }, version: 2 }]);
    expect((await read())[0]?.registers.fields?.["title"]?.time.slice(30)).toBe("theirs");
  });

  test("cannot write ahead of the space's clock", async () => {
    const { write, read, at, now } = setUp();
    await write([put(at(3_600_000), { a: 1, b: 2 })]);
    const [record] = await read();
    expect(Date.parse(record?.registers.base?.time.slice(0, 24) ?? "")).toBe(now());
  });

  test("is known again by the name of its last write, and of that one only", async () => {
    const { write, at, advance } = setUp();
    const first = await write([put(at(0))], { key: "one" });
    advance(1_000);
    const again = await write([put(at(0), { title: "b" })], { key: "one" });
    expect([again.from, again.stamp]).toEqual([first.stamp, first.stamp]);
    const second = await write([patch(at(0), "c")], { key: "two" });
    expect(second.stamp).toBeGreaterThan(first.stamp);
    advance(1_000);
    expect((await write([patch(at(0), "d")], { key: "one" })).stamp).toBeGreaterThan(second.stamp);
  });

  test("writes all or nothing, and is told which change is at fault", async () => {
    const app = defineApp({ name: "todo", collections: { todos: {} } });
    const { write, read, at } = setUp({ apps: [app] });
    const bad: Change = { ...put(at(0)), collection: "nope" };
    await expect(write([put(at(0)), bad])).rejects.toMatchObject({
      code: "schema",
      path: "changes.1.collection",
    });
    expect(await read()).toEqual([]);
  });

  test("sees the records as they are under the lock; what it throws is refused by itself", async () => {
    const { write, at } = setUp();
    await write([put(at(-10))]);
    const outcome = await write([], {
      records: [key],
      changes: (records) => [patch(at(0), `${records.get("todos/t1")?.fields["title"]}b`)],
    });
    expect(outcome.before.get("todos/t1")?.fields).toEqual({ title: "a" });
    expect(outcome.after.get("todos/t1")?.fields).toEqual({ title: "ab" });
    const failing = write([], {
      changes: () => {
        throw new SynclineError("invalid", "no");
      },
    });
    await expect(failing).rejects.toMatchObject({ code: "invalid" });
  });

  test("has its id for itself, whoever else chose the same one", async () => {
    const { write, at, engine } = setUp();
    await write([put(at(0))], { key: "k" });
    await engine.setMember(alice, MY_SPACE, { userId: "bob", role: "writer" });
    const bob = { userId: "bob" };
    const admitted = await engine.admit(bob, { app: "todo", name: "~alice" }, "write");
    const request = { clientId: "theirs", records: [key], changes: () => [patch(at(0), "b")] };
    const outcome = await engine.write(admitted, bob, { ...request, key: "k" });
    expect(outcome.stamp).toBeGreaterThan(outcome.from);
  });

  test("has each of its mutations written or refused on its own, where it asks for that", async () => {
    const { engine, read, at } = setUp();
    const admitted = await engine.admit(alice, MY_SPACE, "write");
    const large = { ...put(at(-3), { title: "x".repeat(3_000) }), id: "t2" };
    const request = (recordBytes: number) => ({
      clientId: "theirs",
      records: [key, { ...key, id: "t2" }],
      mutations: () => [[put(at(-3))], [large], [patch(at(-2), "b")]],
      limits: { recordBytes },
    });
    const outcome = await engine.writeEach(admitted, alice, request(1_000));
    expect(outcome.refused).toMatchObject([{ index: 1, error: { code: "too_large" } }]);
    expect(await read()).toMatchObject([{ id: "t1", fields: { title: "b" } }]);
    expect((await engine.writeEach(admitted, alice, request(10_000))).refused).toEqual([]);
    // What is too large for what the limit is now can still be deleted.
    const deletion: Change = { ...key, id: "t2", op: "delete", time: at(-1) };
    const mutations = () => [[deletion]];
    const smaller = { ...request(1_000), mutations };
    expect((await engine.writeEach(admitted, alice, smaller)).refused).toEqual([]);
    expect([...(await engine.lookup(admitted, [{ ...key, id: "t2" }])).values()]).toMatchObject([
      { deleted: true },
    ]);
  });

  test("finds that whatever is committed after a space was raised has a greater stamp, and that it is raised only as it was read", async () => {
    const { engine, write, read, now, at } = setUp();
    const admitted = await engine.admit(alice, MY_SPACE, "write");
    const to = (now() + 60_000) * 1_000;
    expect(await engine.raise(admitted, { from: 0, to })).toBe(true);
    expect(await engine.raise(admitted, { from: 0, to: to + 1 })).toBe(false);
    expect(await engine.raise(admitted, { from: to + 5, to })).toBe(true);
    expect((await write([put(at(-1))])).stamp).toBeGreaterThan(to);
    expect(await read(to)).toHaveLength(1);
  });
});
