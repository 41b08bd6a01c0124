// @syncline/client/devtools: a panel that any page can mount, and the instruments behind it.

export { supportBundle } from "./bundle.ts";
export { createDevtools, type Devtools, type Simulation } from "./instrument.ts";
export type { Log, LogEntry } from "./log.ts";
export { type MountedDevtools, type MountOptions, mountDevtools } from "./mount.ts";
export type { SeenState } from "./seen.ts";
