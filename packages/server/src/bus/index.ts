// Buses: hints that a space has moved.

export { createMemoryBus } from "./memory.ts";
export { openNatsBus } from "./nats.ts";
export type { Bus, BusMessage } from "./port.ts";
export { openPostgresBus } from "./postgres.ts";
export { openRedisBus } from "./redis.ts";
