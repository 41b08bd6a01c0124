// @syncline/client/sqlite: the local store on node:sqlite.

export { openSqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
