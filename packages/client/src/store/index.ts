// Local stores: where a device keeps its spaces.

export { openMemoryStore } from "./memory.ts";
export type * from "./port.ts";
