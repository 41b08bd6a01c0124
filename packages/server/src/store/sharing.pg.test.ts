// Sharing on PostgreSQL.

import { afterAll } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { openSqliteStore } from "./index.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";
import { describeSharing } from "./sharing-conformance.ts";

const postgres = sharedDatabases();
afterAll(() => postgres.stop());

describeSharing("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
  openBackup: (path) => openSqliteStore({ path }),
});
