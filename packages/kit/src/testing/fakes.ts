// @syncline/kit/fakes: a store and ways between peers for tests, whatever runs them.

export { createMemoryStore } from "../stores/memory.ts";
export { observeStore } from "../stores/observed.ts";
export { createMemoryTransport } from "../transports/memory.ts";
export {
  createFaultyTransport,
  type FaultOptions,
  type FaultyTransport,
} from "./faulty-transport.ts";
