// @syncline/kit/level: the event store on LevelDB.

export { type LevelStoreOptions, openLevelStore } from "./level-store.ts";
