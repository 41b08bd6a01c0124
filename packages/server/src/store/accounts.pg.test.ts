// What stores know of accounts, on PostgreSQL.

import { afterAll, beforeAll } from "vitest";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { describeAccounts } from "./account-conformance.ts";
import { openPostgresStore } from "./postgres/postgres-store.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describeAccounts("postgres", {
  open: async () => await openPostgresStore({ url: await postgres.database() }),
});
