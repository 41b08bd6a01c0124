// Every store of simple-sync's client against the promises of its port.

import "fake-indexeddb/auto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { describeSimpleStore } from "./conformance.ts";
import { openIndexedDbSimpleStore } from "./indexeddb.ts";
import { createMemorySimpleStore } from "./memory.ts";
import { openSqliteSimpleStore } from "./sqlite.ts";

let parts = new Map<string, string>();
describeSimpleStore("memory", {
  open: async () => {
    parts = new Map();
    return createMemorySimpleStore(parts);
  },
  again: async () => createMemorySimpleStore(parts),
});

let folder = "";
describeSimpleStore("sqlite", {
  open: () => {
    folder = mkdtempSync(join(tmpdir(), "syncline-simple-"));
    return openSqliteSimpleStore({ path: join(folder, "local.db") });
  },
  again: () => openSqliteSimpleStore({ path: join(folder, "local.db") }),
  cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
});

let count = 0;
describeSimpleStore("indexeddb", {
  open: () => openIndexedDbSimpleStore({ name: `simple-${++count}` }),
  again: () => openIndexedDbSimpleStore({ name: `simple-${count}` }),
});

it.each([
  [
    "rubbish",
    (path: string) =>
      writeFileSync(path, "this is no database, and long enough to be looked at as one".repeat(20)),
    "database_corrupt",
  ],
  [
    "another program's database",
    (path: string) => new DatabaseSync(path).exec("CREATE TABLE t (x); PRAGMA user_version = 3"),
    "database_corrupt",
  ],
  [
    "a newer version's database",
    (path: string) =>
      new DatabaseSync(path).exec("PRAGMA application_id = 0x53796e53; PRAGMA user_version = 9"),
    "database_newer",
  ],
  ["a folder", () => undefined, "storage_unavailable"],
])("the SQLite store refuses %s by name", async (what, make, code) => {
  const own = mkdtempSync(join(tmpdir(), "syncline-simple-"));
  const path = what === "a folder" ? own : join(own, "local.db");
  make(path);
  await expect(openSqliteSimpleStore({ path })).rejects.toMatchObject({ code });
  rmSync(own, { recursive: true, force: true });
});

it("the IndexedDB store names what a newer version of the app made", async () => {
  const request = indexedDB.open("simple-newer", 9);
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  request.result.close();
  await expect(openIndexedDbSimpleStore({ name: "simple-newer" })).rejects.toMatchObject({
    code: "database_newer",
  });
});
