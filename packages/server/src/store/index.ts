// Stores: where spaces live.

export { createMemoryStore } from "./memory.ts";
export type * from "./port.ts";
export { openPostgresStore, type PostgresOptions } from "./postgres/postgres-store.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/sqlite-store.ts";
