// @syncline/server: the engine, its stores, and the server around them.

export type { Access, AppDefinition, CollectionDefinition, Commit } from "./apps/app.ts";
export { defineApp } from "./apps/define-app.ts";
export type { Principal } from "./auth/principal.ts";
export { type Bus, createMemoryBus, type Hint } from "./bus/index.ts";
export type {
  Admitted,
  DeltaParts,
  Engine,
  Explanation,
  PullRequest,
  SyncOutcome,
} from "./engine/contract.ts";
export { createEngine, type EngineOptions } from "./engine/create-engine.ts";
export type { EngineEnvironment, EngineEvents } from "./engine/environment.ts";
export { createMemoryStore } from "./store/index.ts";
export type { HistoryEntry, Member, Role, SpaceHead, Store } from "./store/port.ts";
