// Writes that nobody waits for in between: they share local transactions, and each is still its own.

import { SynclineError } from "@syncline/core";
import { expect, it } from "vitest";
import {
  type ClientEvent,
  collection,
  type LocalStore,
  openClient,
  openMemoryStore,
  type Transport,
} from "../index.ts";

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

/** A device that says how many mutations each of its local transactions took. */
async function openCounted(
  before: (...given: Parameters<LocalStore["append"]>) => void = () => undefined,
) {
  const memory = await openMemoryStore();
  const groups: number[] = [];
  const events: ClientEvent[] = [];
  const store: LocalStore = Object.assign(Object.create(memory) as LocalStore, {
    async append(...given: Parameters<LocalStore["append"]>) {
      before(...given);
      const taken = await memory.append(...given);
      if (taken !== null) groups.push(taken.length);
      return taken;
    },
  });
  const client = await openClient({
    app: "x",
    store,
    transport,
    autoSync: false,
    onEvent: (event) => events.push(event),
    collections: {
      todos: collection<{ title: string; rank?: number }>({ indexes: ["title"] }),
      docs: collection<{ title: string }>({ policy: "versioned" }),
      sums: collection<{ n: number }>({ policy: "counter" }),
    },
  });
  return { client, memory, groups, events };
}

it("takes writes that nobody waits for together, and numbers them in their order", async () => {
  const { client, groups, memory } = await openCounted();
  const { todos } = client.collections;
  const writes = Array.from({ length: 50 }, (_, i) => todos.insert({ id: `t${i}`, title: `${i}` }));
  await Promise.all(writes.map(({ local }) => local));
  expect(groups).toEqual([50]);
  const entries = await memory.outbox("~");
  expect(entries.map(({ mutation: { id, changes } }) => [id, changes[0]?.id])).toEqual(
    Array.from({ length: 50 }, (_, i) => [i + 1, `t${i}`]),
  );
  await client.close();
});

it("makes each from what those before it in the group have left", async () => {
  const { client, groups, memory } = await openCounted();
  const { todos, docs, sums } = client.collections;
  todos.insert({ id: "t", title: "a" });
  todos.update("t", { title: "b" });
  docs.insert({ id: "d", title: "a" });
  docs.update("d", { title: "b" });
  docs.update("d", { title: "c" });
  sums.insert({ id: "s", n: 1 });
  sums.update("s", { n: 2 });
  sums.update("s", { n: 3 });
  todos.delete("t");
  await todos.restore("t").local;
  expect(groups).toEqual([10]);
  expect(await todos.get("t")).toEqual({ id: "t", title: "b" });
  expect(await docs.get("d")).toEqual({ id: "d", title: "c" });
  expect(await sums.get("s")).toEqual({ id: "s", n: 6 });
  const changes = (await memory.outbox("~")).flatMap(({ mutation }) => mutation.changes);
  expect(changes.filter(({ id }) => id === "d").map(({ baseVersion }) => baseVersion)).toEqual([
    0, 1, 2,
  ]);
  await client.close();
});

it("refuses one of a group alone", async () => {
  const { client, groups, events } = await openCounted();
  const { todos } = client.collections;
  const first = todos.insert({ id: "a", title: "a" });
  const twice = todos.insert({ id: "a", title: "again" });
  const missing = todos.update("none", { title: "x" });
  const last = todos.update("a", { title: "b" });
  await expect(twice.local).rejects.toMatchObject({ code: "conflict" });
  await expect(missing.local).rejects.toMatchObject({ code: "not_found" });
  await Promise.all([first.local, last.local]);
  expect(groups).toEqual([2]);
  expect(await todos.query()).toEqual([{ id: "a", title: "b" }]);
  expect(events.filter(({ type }) => type === "refused")).toHaveLength(2);
  await client.close();
});

it("keeps a read between writes in its place, and an undo", async () => {
  const { client, groups } = await openCounted();
  const { todos } = client.collections;
  todos.insert({ id: "a", title: "a" });
  const read = todos.get("a");
  todos.update("a", { title: "b" });
  todos.update("a", { title: "c" });
  const undone = client.undo();
  const later = todos.get("a");
  expect([(await read)?.title, (await later)?.title]).toEqual(["a", "b"]);
  await undone?.local;
  expect(groups).toEqual([1, 2, 1]);
  await client.close();
});

it("takes the others when one of a group has no room", async () => {
  const { client, groups } = await openCounted((_, drafts) => {
    if (JSON.stringify(drafts).includes("large")) throw new SynclineError("storage_full");
  });
  const { todos } = client.collections;
  const writes = ["a", "large", "b"].map((title) => todos.insert({ id: title, title }));
  const ends = await Promise.allSettled(writes.map(({ local }) => local));
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(groups).toEqual([1, 1]);
  expect((await todos.query()).map(({ id }) => id)).toEqual(["a", "b"]);
  await client.close();
});

it("tells everybody of a group that could not be written, and keeps nothing of it", async () => {
  let broken = true;
  const { client, memory } = await openCounted(() => {
    if (broken) throw new SynclineError("storage_unavailable");
  });
  const { todos } = client.collections;
  const writes = ["a", "b"].map((id) => todos.insert({ id, title: id }));
  for (const { local } of writes)
    await expect(local).rejects.toMatchObject({ code: "storage_unavailable" });
  broken = false;
  await todos.insert({ id: "c", title: "c" }).local;
  expect((await todos.query()).map(({ id }) => id)).toEqual(["c"]);
  expect(await memory.outbox("~")).toHaveLength(1);
  await client.close();
});

it("makes a group again from what another tab has changed", async () => {
  const { client, memory, groups } = await openCounted();
  const { todos } = client.collections;
  await todos.insert({ id: "a", title: "a" }).local;
  const tab = memory.tab();
  await tab.outbox("~");
  const entry = (await memory.outbox("~"))[0];
  const time = entry?.mutation.changes[0]?.time ?? "";
  const change = { collection: "todos", id: "b", op: "put", time, fields: { title: "b" } } as const;
  await tab.append("~", [{ seen: null, changes: [change], createdAtMs: 1 }], { ms: 0, counter: 0 });
  const [again, update] = [
    todos.insert({ id: "b", title: "mine" }),
    todos.update("b", { title: "ours" }),
  ];
  await expect(again.local).rejects.toMatchObject({ code: "conflict" });
  await update.local;
  expect(groups).toEqual([1, 1]);
  expect(await todos.get("b")).toEqual({ id: "b", title: "ours" });
  await client.close();
});

it("shows a group to live queries at once, and divides one that is too long", async () => {
  const { client, groups } = await openCounted();
  const { todos } = client.collections;
  const live = todos.live({ orderBy: "title" });
  const shown: number[] = [];
  live.subscribe(() => shown.push(live.getSnapshot().rows.length));
  await todos.query();
  const writes = Array.from({ length: 2_500 }, (_, i) => todos.insert({ title: `${i}` }));
  await Promise.all(writes.map(({ local }) => local));
  expect(groups).toEqual([1_000, 1_000, 500]);
  expect(shown).toEqual([0, 1_000, 2_000, 2_500]);
  await client.close();
});
