// @syncline/server: the engine, its stores, and the server around them.

export type {
  Account,
  AccountOptions,
  Accounts,
  Registered,
  SignedIn,
} from "./accounts/accounts.ts";
export type { ByMail, Verification } from "./accounts/by-mail.ts";
export type { Mail, SendMail } from "./accounts/mail.ts";
export type { Departure, Oidc } from "./accounts/oidc.ts";
export type { Provider } from "./accounts/oidc-provider.ts";
export type { PasskeyOptions } from "./accounts/passkey-options.ts";
export type {
  CreationOptions,
  NewCredential,
  Passkey,
  Passkeys,
  RequestOptions,
  SignedCredential,
} from "./accounts/passkeys.ts";
export type { Device } from "./accounts/sessions.ts";
export { createSmtpMail, type SmtpOptions } from "./accounts/smtp.ts";
export type { Access, AppDefinition, CollectionDefinition, Commit } from "./apps/app.ts";
export { defineApp } from "./apps/define-app.ts";
export type { Act, Actor, Audit } from "./audit/audit.ts";
export { type IssueOptions, issueToken } from "./auth/issue-token.ts";
export type { Principal } from "./auth/principal.ts";
export type { PrivateKey, PublicKey, TokenOptions } from "./auth/verify-token.ts";
export {
  type Bus,
  type BusMessage,
  createMemoryBus,
  openNatsBus,
  openPostgresBus,
  openRedisBus,
} from "./bus/index.ts";
export {
  type ConsumerBatch,
  type ConsumerContext,
  type ConsumerDefinition,
  type ConsumerEntry,
  defineConsumer,
} from "./consumers/index.ts";
export {
  createServer,
  type ServerOptions,
  type SynclineServer,
  systemEngineEnvironment,
} from "./create-server.ts";
export { type KitDialectOptions, kitDialect } from "./dialects/kit/index.ts";
export { type ManaBillingOptions, manaBilling } from "./dialects/mana/billing.ts";
export {
  type ManaLimits,
  type ManaOptions,
  type MembershipOptions,
  manaDialect,
} from "./dialects/mana/index.ts";
export type { CreateDialect, Dialect, DialectContext, Health } from "./dialects/port.ts";
export { type LegacyUser, type SimpleOptions, simpleDialect } from "./dialects/simple/index.ts";
export type {
  Admitted,
  DeltaParts,
  Engine,
  Explanation,
  PullRequest,
  RecordPage,
  RecordsRequest,
  ServerWrite,
  SyncOutcome,
} from "./engine/contract.ts";
export { createEngine, type EngineOptions } from "./engine/create-engine.ts";
export type { EngineEnvironment, EngineEvents } from "./engine/environment.ts";
export type { GateDefinition } from "./engine/gate.ts";
export type { HttpLimits } from "./front/limits.ts";
export { createLocalCalls, type LocalCall } from "./http/local-calls.ts";
export type {
  FormerVariables,
  ImportDefinition,
  ImportedPerson,
  ImportedRow,
  ImportProblem,
  ImportSource,
} from "./imports/port.ts";
export type { KeyInfo, KeyStore, NewKeyOptions } from "./keys/index.ts";
export type { Frame } from "./live/frame.ts";
export { createHub, type Hub, type HubOptions } from "./live/hub.ts";
export { DEFAULT_LIVE_LIMITS, type LiveLimits } from "./live/index.ts";
export {
  createSession,
  type Session,
  type SessionOptions,
  type SessionSocket,
} from "./live/session.ts";
export type { LogSink } from "./observability/log.ts";
export type { Parts } from "./observability/parts.ts";
export type {
  Answer as ProtocolAnswer,
  BodyRule,
  Call as ProtocolCall,
  Places,
  Protocol,
  Route as ProtocolRoute,
  StreamAnswer,
} from "./protocol/port.ts";
export type { Sink } from "./protocol/sink.ts";
export type { OpenSocket, SocketListener, SocketRoute } from "./protocol/socket.ts";
export { type Budget, RateLimited } from "./rate/throttle.ts";
export type {
  AccountRow,
  AccountStore,
  Identity,
  LinkPurpose,
  LinkRow,
  PasskeyRow,
  SessionRow,
} from "./store/account-port.ts";
export type { AuditQuery, AuditRow, AuditStore } from "./store/audit-port.ts";
export { busKeyOf } from "./store/bus-key.ts";
export {
  createMemoryStore,
  openPostgresStore,
  openSqliteStore,
  type PostgresOptions,
  type SqliteStoreOptions,
} from "./store/index.ts";
export type { LockStore, UserLock } from "./store/lock-rows.ts";
export type {
  CommitUnit,
  DevicesAfterRestore,
  HistoryEntry,
  Member,
  Page,
  PageRequest,
  Role,
  SpaceHead,
  Store,
} from "./store/port.ts";
