// @syncline/kit/indexeddb: the event store of browsers.

export { type IndexedDbStoreOptions, openIndexedDbStore } from "./indexeddb-store.ts";
