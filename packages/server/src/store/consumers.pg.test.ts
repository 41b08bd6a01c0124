// What stores remember of background work, on each of them.

import { afterAll, beforeAll } from "vitest";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { describeConsumers } from "./consumer-conformance.ts";
import { createMemoryStore } from "./memory.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describeConsumers("memory", { open: async () => createMemoryStore() });
describeConsumers("sqlite", { open: () => openSqliteStore({ path: ":memory:" }) });
describeConsumers("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
});
