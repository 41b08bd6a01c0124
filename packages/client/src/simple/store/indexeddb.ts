// What a client of simple-sync keeps, in a browser's IndexedDB; the tabs of an origin share it.

import { SynclineError } from "@syncline/core";
import { localError } from "../../store/indexeddb/open.ts";
import type { SimpleStore, StoredPart } from "./port.ts";

const VERSION = 1;
const PARTS = "parts";

/**
 * Opens a device's database in the browser.
 * @param options.name the database's name; `syncline-simple` where left out. Another user's data needs another one
 * @throws {SynclineError} `storage_unavailable` where the browser allows none, `database_newer`
 */
export async function openIndexedDbSimpleStore(
  options: { readonly name?: string } = {},
): Promise<SimpleStore> {
  const name = options.name ?? "syncline-simple";
  let closed = false;
  let opening: Promise<IDBDatabase> | undefined;

  async function connect(): Promise<IDBDatabase> {
    if (closed) throw new SynclineError("closed");
    opening ??= openDatabase(name, () => {
      opening = undefined;
    });
    const own = opening;
    try {
      return await own;
    } catch (thrown) {
      if (opening === own) opening = undefined;
      throw localError(thrown);
    }
  }

  /** One transaction; on a new connection where the browser closed the one there was before anything was asked. */
  async function begin(
    mode: IDBTransactionMode,
  ): Promise<{ readonly tx: IDBTransaction; readonly parts: IDBObjectStore }> {
    for (let again = false; ; again = true) {
      const db = await connect();
      try {
        const tx = db.transaction(PARTS, mode, { durability: "strict" });
        return { tx, parts: tx.objectStore(PARTS) };
      } catch (thrown) {
        opening = undefined;
        if (again) throw localError(thrown);
      }
    }
  }

  await connect();
  return {
    async load(prefix) {
      const { tx, parts } = await begin("readonly");
      const request = parts.getAll(rangeOf(prefix));
      await ended(tx);
      return request.result as StoredPart[]; // our own database
    },
    async save({ drop, remove = [], put = [] }) {
      const { tx, parts } = await begin("readwrite");
      const done = ended(tx);
      if (drop !== undefined) parts.delete(rangeOf(drop));
      for (const key of remove) parts.delete(key);
      for (const part of put) parts.put(part);
      await done;
    },
    async close() {
      if (closed) return;
      closed = true;
      const db = await opening?.catch(() => undefined); // it was never open
      db?.close();
    },
  };
}

function openDatabase(name: string, onLost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => request.result.createObjectStore(PARTS, { keyPath: "key" });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      db.onclose = onLost;
      // A newer version of the app wants to change it.
      db.onversionchange = () => {
        db.close();
        onLost();
      };
      resolve(db);
    };
  });
}

function ended(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(localError(tx.error));
  });
}

function rangeOf(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`, false, true);
}
