// Every local store against the promises of its port, and what only SQLite can get wrong.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { describeLocalStore } from "./conformance.ts";
import { type MemoryStore, openMemoryStore } from "./memory.ts";
import { openSqliteStore } from "./sqlite/index.ts";

let folder = "";
const inFolder = (name: string) => join(folder, name);

let memory: MemoryStore | undefined;
describeLocalStore("memory", {
  open: async () => {
    memory = await openMemoryStore();
    return memory;
  },
  again: async () => memory?.tab() ?? (await openMemoryStore()),
});
describeLocalStore("sqlite", {
  open: () => {
    folder = mkdtempSync(join(tmpdir(), "syncline-local-"));
    return openSqliteStore({ path: inFolder("local.db") });
  },
  again: () => openSqliteStore({ path: inFolder("local.db") }),
  openSmall: () => openSqliteStore({ path: inFolder("small.db"), maxBytes: 200_000 }),
  cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
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
      new DatabaseSync(path).exec("PRAGMA application_id = 0x53796e44; PRAGMA user_version = 99"),
    "database_newer",
  ],
  ["a folder", () => undefined, "storage_unavailable"],
])("refuses %s by name", async (what, make, code) => {
  const own = mkdtempSync(join(tmpdir(), "syncline-local-"));
  const path = what === "a folder" ? own : join(own, "local.db");
  make(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code });
  rmSync(own, { recursive: true, force: true });
});
