// @syncline/server/testing: what tests of apps, clients and adapters need.

export {
  createRawClient,
  type RawAnswer,
  type RawClient,
  type RawClientOptions,
} from "./raw-client.ts";
export { startTestServer, type TestServer, type TestServerOptions } from "./start-server.ts";
export { createTestEngine, type TestEngine, type TestEngineOptions } from "./test-engine.ts";
