// @syncline/server/testing: what tests of apps, clients and adapters need.

export type { CreationOptions, RequestOptions } from "../accounts/passkeys.ts";
export { type BusHarness, describeBus } from "../bus/conformance.ts";
export { createMemoryBus } from "../bus/memory.ts";
export type { Engine } from "../engine/contract.ts";
export { createEngine } from "../engine/create-engine.ts";
export { describeStore, type StoreHarness } from "../store/conformance.ts";
export { createMemoryStore, type MemoryStore } from "../store/memory.ts";
export {
  createTestAuthenticator,
  type Lies,
  type TestAuthenticator,
} from "./authenticator.ts";
export { type Person, startTestProvider, type TestProvider } from "./oidc-provider.ts";
export { startTestPostgres, type TestPostgres } from "./postgres.ts";
export { startTestNats, startTestRedis, type TestProcess } from "./processes.ts";
export {
  createRawClient,
  type RawAnswer,
  type RawClient,
  type RawClientOptions,
} from "./raw-client.ts";
export { openRawSocket, type RawSocket } from "./raw-socket.ts";
export { startTestServer, type TestServer, type TestServerOptions } from "./start-server.ts";
export { createTestEngine, type TestEngine, type TestEngineOptions } from "./test-engine.ts";
