// The browser's store against the promises of its port, in Node over fake-indexeddb.

import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { describeLocalStore } from "../conformance.ts";
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
