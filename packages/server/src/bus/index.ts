// Buses: hints that a space has moved.

export { createMemoryBus } from "./memory.ts";
export type { Bus, Hint } from "./port.ts";
