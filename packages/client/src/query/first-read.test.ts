// Reading a collection for the first time: whoever writes meanwhile does not wait, and nothing of it is missed.

import { SynclineError } from "@syncline/core";
import { expect, it } from "vitest";
import {
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

/** A device whose reading stands still until it is released. */
async function openSlow() {
  const memory = await openMemoryStore();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store: LocalStore = Object.assign(Object.create(memory) as LocalStore, {
    async scan(...given: Parameters<LocalStore["scan"]>) {
      const found = await memory.scan(...given);
      await gate;
      return found;
    },
  });
  const client = await openClient({
    app: "x",
    store,
    transport,
    autoSync: false,
    collections: { todos: collection<{ title: string }>({ indexes: ["title"] }) },
  });
  await memory.apply({
    space: "~",
    changes: ["a", "b", "c"].map((id, i) => ({
      collection: "todos",
      id,
      version: 1,
      stamp: i + 1,
      time: "2026-01-01T00:00:00.000Z-0000-other",
      fields: { title: id },
    })),
    cursor: "1",
    scope: "",
    lastMutation: 0,
    final: true,
    replace: false,
  });
  return { client, release };
}

it("a write does not wait for a live query that is being read, and shows in it", async () => {
  const { client, release } = await openSlow();
  const { todos } = client.collections;
  const live = todos.live({ orderBy: "title" });
  live.subscribe(() => undefined);
  await todos.update("b", { title: "z" }).local;
  await todos.delete("a").local;
  await todos.insert({ id: "d", title: "d" }).local;
  expect(live.getSnapshot().ready).toBe(false);
  release();
  await expect.poll(() => live.getSnapshot().ready).toBe(true);
  expect(live.getSnapshot().rows.map(({ id }) => id)).toEqual(["c", "d", "b"]);
  await todos.update("c", { title: "zz" }).local;
  expect(live.getSnapshot().rows.map(({ id }) => id)).toEqual(["d", "b", "c"]);
  await client.close();
});

it("a query that is asked while a live one is read gives the same, and the writes before it", async () => {
  const { client, release } = await openSlow();
  const { todos } = client.collections;
  todos.live().subscribe(() => undefined);
  todos.update("b", { title: "z" });
  const asked = todos.query({ where: { title: "z" } });
  release();
  expect((await asked).map(({ id }) => id)).toEqual(["b"]);
  await client.close();
});
