// @syncline/kit/sqlite: the event store on node:sqlite.

export { openSqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
