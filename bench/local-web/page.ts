// What the page of the benchmark does: our client and its peers on the same rows, in the same browser.

import { collection, openClient } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { Dexie } from "dexie";
import { fieldsOf, fill, type Item, NOBODY } from "../local-rows.ts";
import { measureSearch } from "../search-cards.ts";

const FIRST = { orderBy: "rank", limit: 50 } as const;

async function open(name: string) {
  const store = await openIndexedDbStore({ name });
  const client = await openClient({
    app: "bench",
    store,
    autoSync: false,
    transport: NOBODY,
    collections: { items: collection<Item>({ indexes: ["rank"] }) },
  });
  return { client, store, items: client.collections.items };
}

function openDexie(): Dexie {
  const db = new Dexie("dexie");
  db.version(1).stores({ items: "id, rank" });
  return db;
}

/** A bare database: one object store, nothing else. */
async function openBare(name: string): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function check(rows: readonly { readonly rank: number }[]): void {
  if (rows.length !== 50 || rows.some(({ rank }, i) => rank !== i))
    throw new Error("These are not the first 50 rows.");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** One transaction of rows with the numbers from `from` on. */
async function putBare(db: IDBDatabase, from: number, count: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const tx = db.transaction("items", "readwrite", { durability: "strict" });
    const store = tx.objectStore("items");
    for (let i = from; i < from + count; i++) store.put({ id: `w${i}`, ...fieldsOf(i, 50_000) });
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error);
  });
}

const page = {
  search: async (rows: number, samples: number) =>
    measureSearch(await openIndexedDbStore({ name: "search" }), rows, samples),

  async fill(rows: number): Promise<void> {
    const { client, store } = await open("ours");
    await fill(store, rows);
    await client.close();
    const db = openDexie();
    const all = Array.from({ length: rows }, (_, i) => ({ id: `r${i}`, ...fieldsOf(i, rows) }));
    await db.table("items").bulkPut(all);
    db.close();
  },
  openOurs: () =>
    timed(async () => {
      const { client, items } = await open("ours");
      check(await items.query(FIRST));
      await client.close();
    }),
  openDexie: () =>
    timed(async () => {
      const db = openDexie();
      check(await db.table<Item>("items").orderBy("rank").limit(50).toArray());
      db.close();
    }),
  /** Keeps a list of 50 on the screen, whose memory is measured. */
  async show(): Promise<void> {
    const { items } = await open("ours");
    const live = items.live(FIRST);
    await new Promise<void>((resolve) => {
      live.subscribe(() => live.getSnapshot().ready && resolve());
    });
    check(live.getSnapshot().rows);
    Object.assign(globalThis, { shown: live });
  },
  /** Inserts that nobody waits for in between, against one bare transaction. */
  async inserts(round: number, count: number): Promise<[ours: number, bare: number]> {
    const { client, items } = await open(`inserts ${round}`);
    const ours = await timed(async () => {
      const writes = Array.from({ length: count }, (_, i) =>
        items.insert({ id: `w${i}`, ...fieldsOf(i, 50_000) }),
      );
      await Promise.all(writes.map(({ local }) => local));
    });
    await client.close();
    const db = await openBare(`bare inserts ${round}`);
    const bare = await timed(() => putBare(db, 0, count));
    db.close();
    return [ours, bare];
  },
  /** Transactions of a thousand rows each, one after the other. */
  async transactions(round: number, count: number): Promise<[ours: number, bare: number]> {
    const { client } = await open(`transactions ${round}`);
    const ours = await timed(async () => {
      for (let at = 0; at < count; at++) {
        await client.transaction((tx) => {
          for (let i = at * 1_000; i < (at + 1) * 1_000; i++)
            tx.items.insert({ id: `w${i}`, ...fieldsOf(i, 50_000) });
        }).local;
      }
    });
    await client.close();
    const db = await openBare(`bare transactions ${round}`);
    const bare = await timed(async () => {
      for (let at = 0; at < count; at++) await putBare(db, at * 1_000, 1_000);
    });
    db.close();
    return [ours, bare];
  },
};

export type BenchPage = typeof page;

Object.assign(globalThis, { bench: page });
