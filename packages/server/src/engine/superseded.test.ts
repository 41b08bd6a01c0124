import type { Change } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";

const app = defineApp({
  name: "todo",
  collections: { todos: {}, counts: { policy: "counter" }, log: { policy: "log" } },
});
const POLICIES = { policies: { counts: "counter", log: "log" } };

function twoDevices() {
  const world = createTestEngine({ apps: [app] });
  const device = (clientId: string): RawClient =>
    createRawClient(world, { userId: "alice", clientId });
  return { world, a: device("aaa"), b: device("bbb") };
}

async function push(client: RawClient, ...changes: readonly Change[]) {
  const { results } = await client.sync([client.mutation(...changes)], POLICIES);
  return results[0];
}

describe("what lost is told", () => {
  test("a field beaten by a later write, with the time that beat it", async () => {
    const { world, a, b } = twoDevices();
    await push(a, a.change("put", "todos", "t1", { title: "one", done: false }));
    const late = a.change("patch", "todos", "t1", { title: "from a", done: true });
    world.advance(60_000);
    const change = b.change("patch", "todos", "t1", { title: "from b" });
    await push(b, change);
    expect(await push(a, late)).toEqual({
      id: 2,
      status: "applied",
      superseded: [
        { collection: "todos", id: "t1", by: change.time, fields: { title: change.time } },
      ],
    });
  });

  test("nothing is told of what says the same, of one's own later writes, and of what won", async () => {
    const { world, a, b } = twoDevices();
    await push(a, a.change("put", "todos", "t1", { title: "one" }));
    const late = a.change("patch", "todos", "t1", { title: "same" });
    world.advance(60_000);
    await push(b, b.change("patch", "todos", "t1", { title: "same" }));
    expect(await push(a, late)).toEqual({ id: 2, status: "applied" });
    const own = a.change("patch", "todos", "t1", { title: "x" });
    const later = a.change("patch", "todos", "t1", { title: "y" });
    expect(await push(a, own, later)).toEqual({ id: 3, status: "applied" });
    expect(await push(b, b.change("patch", "todos", "t1", { title: "z" }))).toEqual({
      id: 2,
      status: "applied",
    });
  });

  test.each(["patch", "put"] as const)(
    "a late %s of a record that was deleted elsewhere",
    async (op) => {
      const { world, a, b } = twoDevices();
      await push(a, a.change("put", "todos", "t1", { title: "one" }));
      const late = a.change(op, "todos", "t1", { title: "edited" });
      world.advance(60_000);
      const deletion = b.change("delete", "todos", "t1");
      await push(b, deletion);
      expect(await push(a, late)).toMatchObject({
        status: "applied",
        superseded: [{ collection: "todos", id: "t1", deleted: true, by: deletion.time }],
      });
    },
  );

  test("a deletion that a later one undid", async () => {
    const { world, a, b } = twoDevices();
    await push(a, a.change("put", "todos", "t1", { title: "one" }));
    const late = a.change("delete", "todos", "t1");
    world.advance(60_000);
    const again = b.change("put", "todos", "t1", { title: "again" });
    await push(b, again);
    expect(await push(a, late)).toMatchObject({ superseded: [{ id: "t1", by: again.time }] });
  });

  test("steps of a counter never lose, unless it was deleted", async () => {
    const { world, a, b } = twoDevices();
    await push(a, a.change("put", "counts", "c", { n: 1 }));
    const late = a.change("patch", "counts", "c", { n: 1 });
    world.advance(60_000);
    await push(b, b.change("patch", "counts", "c", { n: 5 }));
    expect(await push(a, late)).toEqual({ id: 2, status: "applied" });
  });

  test("[G3] a repetition is told the same", async () => {
    const { world, a, b } = twoDevices();
    await push(a, a.change("put", "todos", "t1", { title: "one" }));
    const mutation = a.mutation(a.change("patch", "todos", "t1", { title: "from a" }));
    world.advance(60_000);
    await push(b, b.change("delete", "todos", "t1"));
    const first = await a.sync([mutation], POLICIES);
    const again = await a.sync([mutation], POLICIES);
    expect(again.results).toEqual([{ id: 2, status: "duplicate", result: first.results[0] }]);
    expect(first.results[0]).toHaveProperty("superseded");
  });
});
