// What stores remember of background work, on each of them.

import { afterAll } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { describeConsumers } from "./consumer-conformance.ts";
import { createMemoryStore } from "./memory.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

const postgres = sharedDatabases();
afterAll(() => postgres.stop());

describeConsumers("memory", { open: async () => createMemoryStore() });
describeConsumers("sqlite", { open: () => openSqliteStore({ path: ":memory:" }) });
describeConsumers("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
});
