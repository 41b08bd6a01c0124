// @syncline/server/testing: what tests of apps, clients and adapters need.

export { startTestServer, type TestServer, type TestServerOptions } from "./start-server.ts";
