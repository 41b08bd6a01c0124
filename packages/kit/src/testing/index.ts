// @syncline/kit/testing: the conformance suites, for Vitest, and the fakes: for those who bring stores and transports of
// their own.

export { describeEventStore, type EventStoreHarness } from "../stores/conformance.ts";
export { describeTransport, type TransportHarness } from "../transports/conformance.ts";
export {
  createFaultyTransport,
  createMemoryStore,
  createMemoryTransport,
  type FaultOptions,
  type FaultyTransport,
  observeStore,
} from "./fakes.ts";
