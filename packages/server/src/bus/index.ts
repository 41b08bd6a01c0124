// Buses: hints that a space has moved.

export { createMemoryBus } from "./memory.ts";
export { type NatsBusOptions, openNatsBus } from "./nats.ts";
export type { Bus, BusMessage } from "./port.ts";
export { openPostgresBus, type PostgresBusOptions } from "./postgres.ts";
export { openRedisBus, type RedisBusOptions } from "./redis.ts";
