// Buses: hints that a space has moved.

export { createMemoryBus } from "./memory.ts";
export type { Bus, BusMessage } from "./port.ts";
