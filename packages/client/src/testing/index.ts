// @syncline/client/testing: worlds of devices for an app's own tests.

export { CALM, type NetworkFaults } from "./network.ts";
export type { ServerControl, ServerSetup } from "./virtual-server.ts";
export type { VirtualTime } from "./virtual-time.ts";
export { createWorld, type World, type WorldOptions } from "./world.ts";
export type { WorldClient } from "./world-client.ts";
