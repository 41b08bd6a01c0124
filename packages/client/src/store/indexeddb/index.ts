// @syncline/client/indexeddb: the device's data in a browser.

export { type IndexedDbStoreOptions, openIndexedDbStore } from "./indexeddb-store.ts";
