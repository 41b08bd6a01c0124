// @syncline/client/simple: a shared history behind rules, kept on the device.

export { SynclineError } from "@syncline/core";
export {
  type AnyEvents,
  openSimpleClient,
  type SimpleClient,
  type SimpleClientOptions,
  type SimpleStatus,
} from "./client.ts";
export {
  type EventSchemas,
  event,
  type NewEvent,
  type SimpleEvent,
  type TypedEvent,
} from "./event.ts";
export { type ExchangedKey, exchangeSetupCode, type SetupOptions } from "./http.ts";
export type { Refusal, RefusedEvent } from "./local.ts";
export { openIndexedDbSimpleStore } from "./store/indexeddb.ts";
export { createMemorySimpleStore } from "./store/memory.ts";
export type { SimpleStore, StoreChange, StoredPart } from "./store/port.ts";
