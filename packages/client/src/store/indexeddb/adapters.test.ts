// The browser's store against the promises of its port, in Node over fake-indexeddb.

import "fake-indexeddb/auto";
import { CLOCK_START } from "@syncline/core";
import { forceCloseDatabase } from "fake-indexeddb";
import { expect, it, onTestFinished } from "vitest";
import type { DeviceStorage } from "../../environment.ts";
import { describeLocalStore } from "../conformance.ts";
import type { LocalStore } from "../port.ts";
import { openIndexedDbStore } from "./index.ts";

/** Opens a database as a newer version of the app would. */
function openNewer(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 99);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
}

/** A database as the first version made it, with records in it. */
function openFirst(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of ["device", "lead", "spaces", "records", "outbox"])
        request.result.createObjectStore(store);
      for (const store of ["inbox", "generations"])
        request.result.createObjectStore(store, { autoIncrement: true });
      request.transaction?.objectStore("inbox").createIndex("space", "space");
    };
    request.onsuccess = () => {
      const tx = request.result.transaction(["spaces", "records", "generations"], "readwrite");
      tx.objectStore("generations").put({ dropped: false }, 1);
      const space = { space: "~", cursor: "c", scope: "all", nextMutation: 1, digests: {} };
      tx.objectStore("spaces").put({ ...space, staged: null, revision: 0, generation: 1 }, "~");
      for (const rank of [0, 1, 2]) {
        const id = `r${rank}`;
        const record = { collection: "things", id, version: 1, stamp: rank + 1, fields: { rank } };
        tx.objectStore("records").put({ ...record, time: "t" }, [1, "things", id]);
      }
      tx.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
    request.onerror = () => reject(request.error);
  });
}

let count = 0;
const fresh = () => `test ${++count}`;

describeLocalStore("indexeddb over fake-indexeddb", {
  open: () => openIndexedDbStore({ name: fresh() }),
  again: () => openIndexedDbStore({ name: `test ${count}` }),
});

it("refuses a database that a newer version wrote", async () => {
  const name = fresh();
  await openNewer(name);
  await expect(openIndexedDbStore({ name })).rejects.toMatchObject({ code: "database_newer" });
});

it("takes up a database of the first version, and finds by an index what is in it", async () => {
  const name = fresh();
  await openFirst(name);
  await using store = await openIndexedDbStore({ name });
  const range = { fields: ["rank"], low: "", high: "", down: true, limit: 2 };
  expect((await store.scan("~", "things")).map(({ id }) => id)).toHaveLength(3);
  expect(await store.range("~", "things", range)).toBeNull();
  await store.index({ things: [["rank"]] });
  await expect
    .poll(async () => (await store.range("~", "things", range))?.map(({ id }) => id))
    .toEqual(["r2", "r1"]);
  expect((await store.scan("~", "things")).map(({ fields }) => fields)).toEqual([
    { rank: 0 },
    { rank: 1 },
    { rank: 2 },
  ]);
});

it("lets a newer version have the database, and says so", async () => {
  const name = fresh();
  let outdated = 0;
  const store = await openIndexedDbStore({
    name,
    onOutdated: () => {
      outdated += 1;
    },
  });
  await openNewer(name);
  expect(outdated).toBe(1);
  await expect(store.device()).rejects.toMatchObject({ code: "database_newer" });
});

const DEVICE = { clientId: "c1", clock: CLOCK_START, userId: null };
const DRAFT = { seen: null, changes: [], createdAtMs: 1 };

/** A browser's storage, as far as it is asked. */
function createStorage(own: Partial<DeviceStorage> = {}) {
  const remembered = new Map<string, string>();
  const storage: DeviceStorage = {
    persist: async () => true,
    persisted: async () => true,
    estimate: async () => ({}),
    remembers: (name) => remembered.has(name),
    remember: (name, text = "1") => void remembered.set(name, text),
    forget: (name) => void remembered.delete(name),
    texts: (prefix) => [...remembered].filter(([name]) => name.startsWith(prefix)),
    ...own,
  };
  return { randomId: () => crypto.randomUUID(), storage: () => storage };
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** The next transaction that begins is given up, and its connection closed by force. */
function loseNextTransaction(): void {
  const { transaction } = IDBDatabase.prototype;
  const restore = () => {
    IDBDatabase.prototype.transaction = transaction;
  };
  onTestFinished(restore);
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...parameters) {
    restore();
    const tx = transaction.apply(this, parameters);
    queueMicrotask(() => {
      tx.abort();
      forceCloseDatabase(this as unknown as Parameters<typeof forceCloseDatabase>[0]); // the fake's own class
    });
    return tx;
  };
}

it("opens the database anew when it is lost in the middle of a write, which is done once", async () => {
  await using store = await openIndexedDbStore({ name: fresh() });
  await store.initialise(DEVICE);
  loseNextTransaction();
  expect((await store.append("~", [DRAFT], CLOCK_START))?.[0]?.mutation.id).toBe(1);
  loseNextTransaction();
  expect(await store.outbox("~")).toHaveLength(1);
  expect((await store.append("~", [DRAFT], CLOCK_START))?.[0]?.mutation.id).toBe(2);
});

/** Says of a store how often it was told that it is gone. */
function countRemovals(store: LocalStore): () => number {
  let removals = 0;
  store.onRemoved?.(() => {
    removals += 1;
  });
  return () => removals;
}

it("says of a deleted database once that it is gone, not that it is newer", async () => {
  const name = fresh();
  let outdated = 0;
  const onOutdated = () => {
    outdated += 1;
  };
  const environment = createStorage();
  await using store = await openIndexedDbStore({ name, onOutdated, environment });
  const removals = countRemovals(store);
  await store.initialise(DEVICE);
  await store.append("~", [DRAFT], CLOCK_START);
  await deleteDatabase(name);
  expect(removals()).toBe(1);
  await expect(store.device()).rejects.toMatchObject({ code: "storage_unavailable" });
  await expect(store.outbox("~")).rejects.toMatchObject({ code: "storage_unavailable" });
  expect([removals(), outdated]).toEqual([1, 0]);
  // Who begins anew is not told once more.
  await using again = await openIndexedDbStore({ name, environment });
  expect((await again.health?.())?.evicted).toBe(false);
});

it("does not take the database of whoever was faster to begin anew for its own", async () => {
  const name = fresh();
  let held: IDBDatabase | undefined;
  const { transaction } = IDBDatabase.prototype;
  onTestFinished(() => {
    IDBDatabase.prototype.transaction = transaction;
  });
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...parameters) {
    held = this;
    return transaction.apply(this, parameters);
  };
  await using store = await openIndexedDbStore({ name, environment: createStorage() });
  await store.initialise(DEVICE);
  const removals = countRemovals(store);
  const own = held;
  // As a browser clears a site: no `versionchange` before, `close` some time after.
  if (own !== undefined) {
    own.onversionchange = null;
    own.close();
  }
  await deleteDatabase(name);
  await using other = await openIndexedDbStore({ name, environment: createStorage() });
  await other.initialise({ ...DEVICE, clientId: "c2" });
  own?.onclose?.call(own, new Event("close"));
  await expect.poll(removals).toBe(1);
  await expect(store.device()).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(await other.device()).toMatchObject({ clientId: "c2" });
});

it("tells a cleared database from one that was wiped at signing out", async () => {
  const name = fresh();
  const environment = createStorage();
  const evictedAfter = async (end: (store: LocalStore) => Promise<void>) => {
    const store = await openIndexedDbStore({ name, environment });
    await store.initialise(DEVICE);
    await store.append("~", [DRAFT], CLOCK_START);
    await end(store);
    await using again = await openIndexedDbStore({ name, environment });
    return (await again.health?.())?.evicted;
  };
  const wiped = await evictedAfter(async (store) => {
    await store.wipe();
    await store.close();
  });
  const cleared = await evictedAfter(async (store) => {
    await store.close();
    await deleteDatabase(name);
  });
  expect([wiped, cleared]).toEqual([false, true]);
});

it("has a health where the browser does not say how much there is", async () => {
  const refuse = () => Promise.reject(new TypeError("not here"));
  const environment = createStorage({ estimate: refuse, persisted: refuse });
  await using store = await openIndexedDbStore({ name: fresh(), environment });
  expect(await store.health?.()).toMatchObject({
    persisted: null,
    usageBytes: null,
    quotaBytes: null,
  });
});

/** A page that can be put aside. */
function createSleep() {
  const sleep = new Set<() => void>();
  const wake = new Set<() => void>();
  const listen = (all: Set<() => void>) => (listener: () => void) => {
    all.add(listener);
    return () => void all.delete(listener);
  };
  const tell = (all: Set<() => void>) => () => {
    for (const listener of all) listener();
  };
  return {
    environment: { ...createStorage(), onSleep: listen(sleep), onWake: listen(wake) },
    sleep: tell(sleep),
    wake: tell(wake),
  };
}

it("lets go of the database when its page is put aside, and goes on when it is back", async () => {
  const name = fresh();
  const page = createSleep();
  await using store = await openIndexedDbStore({ name, environment: page.environment });
  await store.initialise(DEVICE);
  for (let round = 1; round <= 5; round++) {
    const write = store.append("~", [DRAFT], CLOCK_START);
    for (let i = 0; i < round; i++) await Promise.resolve();
    page.sleep();
    // Nobody waits for a page that is put aside, not even who wants the database for itself.
    await using other = await openIndexedDbStore({ name, environment: createStorage() });
    await other.saveDevice({ userId: `u${round}` });
    page.wake();
    expect((await write)?.map(({ mutation }) => mutation.id)).toEqual([round]);
  }
  expect(await store.outbox("~")).toHaveLength(5);
});

it("a page that is put aside again and again still makes its write", async () => {
  const page = createSleep();
  await using store = await openIndexedDbStore({ name: fresh(), environment: page.environment });
  await store.initialise(DEVICE);
  const write = store.append("~", [DRAFT], CLOCK_START);
  for (let i = 0; i < 4; i++) {
    page.sleep();
    await new Promise((resolve) => setImmediate(resolve));
    page.wake();
    await Promise.resolve();
  }
  expect(await write).toHaveLength(1);
  expect(await store.outbox("~")).toHaveLength(1);
});

it("says what to do when the browser's storage does not answer", async () => {
  const { open } = IDBFactory.prototype;
  onTestFinished(() => {
    IDBFactory.prototype.open = open;
  });
  // A request that nobody answers.
  IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  let late = () => {};
  const waits: number[] = [];
  const environment = {
    ...createStorage(),
    setTimer(run: () => void, ms: number) {
      waits.push(ms);
      late = run;
      return () => undefined;
    },
  };
  const opening = openIndexedDbStore({ name: fresh(), environment });
  // A device that sleeps for an hour meanwhile comes back to one of these seconds.
  for (let second = 0; second < 100; second++) late();
  expect(waits).toEqual(Array(100).fill(1_000));
  await expect(opening).rejects.toMatchObject({
    code: "storage_unavailable",
    message: expect.stringMatching(/has not answered.*Close other tabs/),
  });
});

it("[LS18] appends a key once, whichever instance does it", async () => {
  const name = fresh();
  const environment = createStorage();
  await using page = await openIndexedDbStore({ name, environment });
  await page.initialise(DEVICE);
  const key = { page: "p", n: 2 };
  expect(await page.append("~", [{ ...DRAFT, key }], CLOCK_START)).toMatchObject([{ key }]);
  await using other = await openIndexedDbStore({ name, environment });
  await other.outbox("~");
  for (const n of [1, 2]) {
    const again = { ...DRAFT, key: { page: "p", n } };
    expect(await other.append("~", [again, DRAFT], CLOCK_START)).toBeNull();
    expect(await other.journal?.isAppended({ page: "p", n })).toBe(true);
  }
  const next = { ...DRAFT, key: { page: "p", n: 3 } };
  expect(await other.append("~", [next], CLOCK_START)).toHaveLength(1);
  expect(await other.outbox("~")).toHaveLength(2);
});
