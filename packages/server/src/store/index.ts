// Stores: where spaces live.

export { createMemoryStore } from "./memory.ts";
export type * from "./port.ts";
