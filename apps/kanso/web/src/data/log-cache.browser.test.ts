// What is kept of the logs, in a browser's database: it comes back as it was, and is never in the way.

import type { HabitLog } from "@syncline/kanso-domain";
import { afterEach, expect, test, vi } from "vitest";
import { createLogCache, forgetLogs } from "./log-cache.ts";

const NAME = "kanso-logs";

afterEach(() => {
  localStorage.clear();
  return new Promise((resolve) => {
    indexedDB.deleteDatabase(NAME).onsuccess = resolve;
  });
});

const log = (...days: [number, number, number, boolean][]): HabitLog =>
  new Map(days.map(([day, total, logs, skipped]) => [day, { total, logs, skipped }]));

const ALL: readonly [string, HabitLog][] = [
  ["a", log([20_000, 1, 1, false], [-3, 0.125, 2, true], [20_001, 2_147_483_647, 40, false])],
  ["b", log([19_999, 0, 0, true])],
  ["c", log()],
];

test("before anything was kept there is nothing", async () => {
  expect(await createLogCache().read()).toEqual(new Map());
});

test("what was kept comes back as it was", async () => {
  await createLogCache().write(new Map(ALL), new Set(["a", "b", "c"]));
  expect(await createLogCache().read()).toEqual(new Map(ALL));
});

test("what is kept again takes the place of what was; the rest stays, and habits that are gone go", async () => {
  const cache = createLogCache();
  await cache.write(new Map(ALL), new Set(["a", "b", "c"]));
  const next = log([20_002, 3, 1, false]);
  await cache.write(new Map([["a", next]]), new Set(["a", "c"]));
  expect(await cache.read()).toEqual(
    new Map([
      ["a", next],
      ["c", log()],
    ]),
  );
});

test("what was changed since it was kept is not read, until it is written again", async () => {
  const cache = createLogCache();
  await cache.write(new Map(ALL), new Set(["a", "b", "c"]));
  cache.outdate("a");
  cache.outdate("c");
  // Another page, perhaps after this one's end.
  expect([...(await createLogCache().read()).keys()]).toEqual(["b"]);
  const next = log([20_002, 3, 1, false]);
  await createLogCache().write(new Map([["a", next]]), new Set(["a", "b"]));
  expect([...(await cache.read()).keys()]).toEqual(["a", "b"]);
  // What is written while something changes does not have that.
  const written = cache.write(new Map([["a", next]]), new Set(["a", "b"]));
  cache.outdate("a");
  await written;
  expect([...(await cache.read()).keys()]).toEqual(["b"]);
  await cache.write(new Map(), new Set(["b"]));
  expect(localStorage).toHaveLength(0);
});

test("what could not be written stays unsaid", async () => {
  const cache = createLogCache();
  await cache.write(new Map(ALL), new Set(["a", "b", "c"]));
  cache.outdate("a");
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
  ) {
    this.transaction.abort();
    throw new DOMException("full", "QuotaExceededError");
  });
  await cache.write(new Map([["a", log([20_002, 3, 1, false])]]), new Set(["a", "b", "c"]));
  put.mockRestore();
  expect([...(await cache.read()).keys()]).toEqual(["b", "c"]);
});

test("nothing stays once it is to be forgotten", async () => {
  await createLogCache().write(new Map(ALL), new Set(["a", "b", "c"]));
  forgetLogs();
  expect(await createLogCache().read()).toEqual(new Map());
});

test("without room for it, or with something else in its place, the app works without", async () => {
  const open = vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => {
    throw new DOMException("no", "SecurityError");
  });
  await createLogCache().write(new Map(ALL), new Set(["a"]));
  expect(await createLogCache().read()).toEqual(new Map());
  open.mockRestore();
  await new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onerror = reject;
    request.onupgradeneeded = () =>
      void request.result.createObjectStore("logs").put("no log", "a");
    request.onsuccess = () => {
      request.result.close();
      resolve(undefined);
    };
  });
  expect(await createLogCache().read()).toEqual(new Map());
});
