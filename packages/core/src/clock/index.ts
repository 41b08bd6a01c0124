// Clocks: the device's hybrid logical clock and the space's commit stamp. State in, state out.

export {
  CLOCK_START,
  type ClockState,
  compareClocks,
  formatTime,
  isInitial,
  isTime,
  MS_MAX,
  parseTime,
  type Reading,
  receive,
  successor,
  type Time,
  tick,
} from "./hlc.ts";
export { nextStamp, stampOfMs, stampToMs } from "./stamp.ts";
