// What stores know of accounts, on PostgreSQL.

import { afterAll } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { describeAccounts } from "./account-conformance.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";

const postgres = sharedDatabases();
afterAll(() => postgres.stop());

describeAccounts("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
});
