// The browser's store against the promises of its port, in a real browser.

import { afterEach, expect, it } from "vitest";
import { describeLocalStore } from "../conformance.ts";
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
}, 60_000);
