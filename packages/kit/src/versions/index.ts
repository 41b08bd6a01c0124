// Versions: places in a log, moments, and points in causal time.

export {
  INTEGER_ZERO,
  IntegerVersion,
  MAX_UINT64,
  parseIntegerVersion,
  toPosition,
} from "./integer.ts";
export { HybridVersion, parseTimestampVersion, TimestampVersion } from "./times.ts";
export {
  EMPTY_CLOCK,
  MAX_CLOCK_NODES,
  MAX_NODE_ID_BYTES,
  parseVectorClock,
  VectorClock,
} from "./vector-clock.ts";
export {
  createVectorClockManager,
  type VectorClockManager,
  type VectorClockManagerOptions,
} from "./vector-clock-manager.ts";
export {
  MAX_CURSOR_BYTES,
  parseWireVersion,
  VERSION_KINDS,
  type VersionKind,
  versionToWire,
  wireToVersion,
} from "./wire-version.ts";
