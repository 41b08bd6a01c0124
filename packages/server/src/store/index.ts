// Stores: where spaces live.

export { createMemoryStore } from "./memory.ts";
export type * from "./port.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/sqlite-store.ts";
