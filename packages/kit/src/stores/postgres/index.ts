// @syncline/kit/postgres: the event store on PostgreSQL.

export { openPostgresStore, type PostgresStoreOptions } from "./postgres-store.ts";
