// The stores that a dialect is held against: each test opens one of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import { afterAll, beforeAll, describe } from "vitest";
import { type SharedDatabase, sharedDatabase } from "../shared-postgres.ts";

/** Opens the store of one test, with a path or database of its own. */
export type OpenStore = () => Promise<Store>;

/** Runs a suite on both stores. */
export function onBothStores(name: string, suite: (open: OpenStore) => void): void {
  describe(`${name} on SQLite`, () => {
    let folder = "";
    let count = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "syncline-dialect-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    suite(() => openSqliteStore({ path: join(folder, `${++count}.db`) }));
  });
  describe(`${name} on PostgreSQL`, () => {
    const databases: SharedDatabase[] = [];
    afterAll(() => {
      for (const database of databases) database.close();
    });
    suite(async () => {
      const database = await sharedDatabase();
      databases.push(database);
      return await openPostgresStore({ url: database.url });
    });
  });
}
