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
  const remembered = new Set<string>();
  const storage: DeviceStorage = {
    persist: async () => true,
    persisted: async () => true,
    estimate: async () => ({}),
    remembers: (name) => remembered.has(name),
    remember: (name) => void remembered.add(name),
    forget: (name) => void remembered.delete(name),
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

it("says of a deleted database that it is gone, not that it is newer", async () => {
  const name = fresh();
  let outdated = 0;
  const onOutdated = () => {
    outdated += 1;
  };
  await using store = await openIndexedDbStore({ name, onOutdated });
  await store.initialise(DEVICE);
  await deleteDatabase(name);
  await expect(store.device()).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(outdated).toBe(0);
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
