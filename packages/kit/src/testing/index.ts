// @syncline/kit/testing: the conformance suites and fakes, for those who bring stores and transports of their own.

export { describeEventStore, type EventStoreHarness } from "../stores/conformance.ts";
export { createMemoryStore } from "../stores/memory.ts";
export { observeStore } from "../stores/observed.ts";
export { describeTransport, type TransportHarness } from "../transports/conformance.ts";
export { createMemoryTransport } from "../transports/memory.ts";
export {
  createFaultyTransport,
  type FaultOptions,
  type FaultyTransport,
} from "./faulty-transport.ts";
