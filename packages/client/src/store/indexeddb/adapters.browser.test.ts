// The browser's store against the promises of its port, in a real browser.

import { CLOCK_START } from "@syncline/core";
import { afterEach, expect, it } from "vitest";
import { describeLocalStore } from "../conformance.ts";
import { openMemoryStore } from "../memory.ts";
import type { LocalStore } from "../port.ts";
import { openIndexedDbStore } from "./index.ts";

let count = 0;
const open: LocalStore[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const { name } of await indexedDB.databases())
    if (name !== undefined) indexedDB.deleteDatabase(name);
});

async function openStore(): Promise<LocalStore> {
  const store = await openIndexedDbStore({ name: `test ${count}` });
  open.push(store);
  return store;
}

describeLocalStore("indexeddb", {
  open() {
    count += 1;
    return openStore();
  },
  again: openStore,
});

it("says how safe the data is, and notices that it was cleared", async () => {
  count += 1;
  const name = `test ${count}`;
  const remembered = new Set<string>();
  let asked = 0;
  const environment = {
    randomId: () => crypto.randomUUID(),
    storage: () => ({
      persist: async () => {
        asked += 1;
        return true;
      },
      persisted: async () => asked > 0,
      // WebKitGTK has none.
      estimate: async () => (await navigator.storage?.estimate()) ?? { usage: 0 },
      remembers: (mark: string) => remembered.has(mark),
      remember: (mark: string) => void remembered.add(mark),
      forget: (mark: string) => void remembered.delete(mark),
      texts: () => [],
    }),
  };
  const store = await openIndexedDbStore({ name, environment });
  expect(await store.health?.()).toMatchObject({
    volatile: false,
    persisted: false,
    evicted: false,
  });
  await store.initialise({ clientId: "c1", clock: CLOCK_START, userId: null });
  for (const space of ["a", "b"])
    await store.append(space, [{ seen: null, changes: [], createdAtMs: 1 }], CLOCK_START);
  expect(asked).toBe(1);
  expect((await store.health?.())?.persisted).toBe(true);
  await store.close();
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = resolve;
  });
  await using again = await openIndexedDbStore({ name, environment });
  expect((await again.health?.())?.evicted).toBe(true);
  expect((await again.health?.())?.usageBytes).toBeGreaterThanOrEqual(0);
});

it("falls back to memory where the browser allows no database, if the app wants that", async () => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = () => {
    throw new DOMException("no", "SecurityError");
  };
  try {
    await expect(openIndexedDbStore({ name: "none" })).rejects.toMatchObject({
      code: "storage_unavailable",
    });
    await using store = await openIndexedDbStore({ name: "none", fallback: openMemoryStore });
    expect((await store.health?.())?.volatile).toBe(true);
  } finally {
    IDBFactory.prototype.open = open;
  }
});

it("takes 50,000 records in, and gives them back, without a task that a person would feel", async () => {
  count += 1;
  const store = await openStore();
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ entryTypes: ["longtask"] });
  for (let from = 0; from < 50_000; from += 1_000) {
    const changes = Array.from({ length: 1_000 }, (_, i) => ({
      collection: "things",
      id: `r${String(from + i).padStart(6, "0")}`,
      version: 1,
      stamp: from + i + 1,
      time,
      fields: { title: `record ${from + i}`, done: false, text: "x".repeat(100) },
    }));
    const page = { space: "~", changes, scope: "all", lastMutation: 0, replace: true };
    await store.apply({ ...page, cursor: `c${from}`, final: from === 49_000 });
  }
  expect(await store.scan("~", "things")).toHaveLength(50_000);
  expect((await store.state("~")).digests["things"]).toBe(await store.recount("~", "things"));
  observer.disconnect();
  expect(tasks.filter((duration) => duration > 200)).toEqual([]);
});
