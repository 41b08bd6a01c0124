// The plan of an import that is under way, kept on the device: whatever ends the app meanwhile, it is known what to go on with.

import { IMPORT_DATABASE, IMPORT_KEY } from "../data/import-state.ts";
import type { Plan } from "./plan.ts";

const STORE = "plans";
const KEY = "plan";

export async function keepPlan(plan: Plan): Promise<void> {
  const db = await open();
  try {
    const tx = db.transaction(STORE, "readwrite");
    tx.objectStore(STORE).put(plan, KEY);
    await new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new Error("The plan could not be kept."));
    });
    localStorage.setItem(IMPORT_KEY, "under way");
  } finally {
    db.close();
  }
}

/** Undefined: none is under way. */
export async function readPlan(): Promise<Plan | undefined> {
  if (localStorage.getItem(IMPORT_KEY) === null) return undefined;
  const db = await open();
  try {
    const request: IDBRequest<Plan | undefined> = db.transaction(STORE).objectStore(STORE).get(KEY);
    return await answer(request);
  } finally {
    db.close();
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(IMPORT_DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const db = await answer(request);
  db.onversionchange = () => db.close();
  return db;
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
