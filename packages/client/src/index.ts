// @syncline/client: an app's data on the device, in step with the server.

export { isSynclineError, SynclineError } from "@syncline/core";
export type { Collection, Included, NoInclude, RecordWrite } from "./collections/collection.ts";
export {
  type CollectionDefinition,
  type CollectionOptions,
  type Conflict,
  type ConflictChoice,
  collection,
  type DataOf,
  type Definitions,
  type Row,
} from "./collections/definition.ts";
export type { Transaction } from "./collections/transaction.ts";
export {
  type Channel,
  type Environment,
  type LockRequest,
  systemEnvironment,
} from "./environment.ts";
export type { ClientEvent } from "./events.ts";
export type { LocalExplanation } from "./explain.ts";
export {
  type Client,
  type ClientOptions,
  openClient,
  type SignedOut,
  type Space,
  type Unsynced,
} from "./open-client.ts";
export type { WriteOutcome } from "./outbox/appended.ts";
export type { Inbox } from "./outbox/inbox.ts";
export { writeAgain } from "./outbox/write-again.ts";
export type { Write } from "./outbox/writer.ts";
export type { Presence, Present } from "./presence.ts";
export type { LiveResult } from "./query/live-rows.ts";
export type { Observable } from "./query/observable.ts";
export type {
  Condition,
  Include,
  Path,
  Query,
  QueryWith,
  RelationToMany,
  RelationToOne,
  Where,
} from "./query/query.ts";
export type { ConnectionState } from "./status.ts";
export { openMemoryStore } from "./store/memory.ts";
export type {
  InboxEntry,
  LocalStore,
  OutboxEntry,
  StorageHealth,
  UnsyncedEntry,
} from "./store/port.ts";
export { createHttpTransport, type HttpTransportOptions } from "./transport/http.ts";
export { createLiveTransport, type LiveTransportOptions } from "./transport/live.ts";
export type {
  LiveFeed,
  LiveFrame,
  LiveListener,
  LiveSubscription,
  Peer,
  StreamPart,
  Transport,
} from "./transport/port.ts";
export type { History, HistoryState } from "./undo/history.ts";
export type { NotUndone } from "./undo/invert.ts";
