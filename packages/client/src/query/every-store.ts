// For tests: a new database in every local store. Who imports it brings an IndexedDB along.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openIndexedDbStore } from "../store/indexeddb/index.ts";
import { openMemoryStore } from "../store/memory.ts";
import type { LocalStore } from "../store/port.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";

let folders: { readonly path: string } | undefined;

/** One folder a test. */
function folder(): string {
  if (folders === undefined) {
    const path = mkdtempSync(join(tmpdir(), "syncline-stored-"));
    folders = { path };
    onTestFinished(() => {
      folders = undefined;
      rmSync(path, { recursive: true, force: true });
    });
  }
  return folders.path;
}

/** Each opens the database of a name, in a test. */
export const STORES: { readonly [store: string]: (name: string) => Promise<LocalStore> } = {
  memory: () => openMemoryStore(),
  sqlite: async (name) => await openSqliteStore({ path: join(folder(), `${name}.db`) }),
  indexeddb: async (name) => {
    // Without a name, the world takes it for one that no other tab has open.
    const { name: _name, ...store } = await openIndexedDbStore({ name });
    return store;
  },
};
