// Sharing on PostgreSQL.

import { afterAll, beforeAll } from "vitest";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { openSqliteStore } from "./index.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { describeSharing } from "./sharing-conformance.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describeSharing("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
  openBackup: (path) => openSqliteStore({ path }),
});
