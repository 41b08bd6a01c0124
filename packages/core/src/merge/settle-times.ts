// The server owns time: turns the times that a device wrote into the times that are stored.

import {
  type ClockState,
  compareClocks,
  formatTime,
  MS_MAX,
  parseTime,
  successor,
  type Time,
  tick,
} from "../clock/hlc.ts";
import type { Change } from "../record/change.ts";
import type { RecordState, Register } from "../record/record.ts";
import { deletionRegister, fieldRegister, fieldTime } from "./lww.ts";

export interface SettleContext {
  /** The client that pushes; the stored times bear its id. */
  readonly clientId: string;
  /** Milliseconds to add to every time of the push: how far the device's clock is behind the server's. */
  readonly shiftMs: number;
  /** The stamp up to which the device had seen the space when it made the change. */
  readonly seenStamp: number;
  /** The space's clock, ticked for this commit: nothing stored may lie ahead of it. */
  readonly clock: ClockState;
  readonly wallMs: number;
}

/** The change with the times that are stored, and the space's clock after it. */
export interface Settled {
  readonly change: Change;
  readonly clock: ClockState;
}

/**
 * Settles the times of a change:
 * 1. they are shifted by the skew of the device's clock;
 * 2. each is raised above the registers that it overwrites knowingly: those whose stamp the device had
 *    seen, and those that the same client wrote. An edit made after seeing a value always beats it;
 * 3. none is left ahead of the space's clock.
 */
export function settleTimes(
  change: Change,
  current: RecordState | undefined,
  context: SettleContext,
): Settled {
  let clock = context.clock;
  const bound = (reading: ClockState): Time => {
    if (compareClocks(reading, clock) <= 0) return formatTime(reading, context.clientId);
    clock = tick(clock, context.wallMs);
    return formatTime(clock, context.clientId);
  };
  const shifted = shift(change.time, context.shiftMs);
  const time = bound(raise(shifted, overwrittenBy(change, current), context));
  const times: [string, Time][] = [];
  for (const name of Object.keys(change.fields ?? {})) {
    const own = fieldTime(change, name);
    const sent = own === change.time ? shifted : shift(own, context.shiftMs);
    const raised = change.op === "patch" ? raise(sent, patchedBy(name, current), context) : sent;
    // What was written with the change itself stays with it: one time, unless a register asks for more.
    if (raised === shifted) continue;
    const settled = bound(raised);
    if (settled !== time && !(change.op === "put" && settled < time)) times.push([name, settled]);
  }
  const { times: _asSent, ...rest } = change;
  return {
    change: { ...rest, time, ...(times.length === 0 ? {} : { times: Object.fromEntries(times) }) },
    clock,
  };
}

function shift(time: Time, shiftMs: number): ClockState {
  const { ms, counter } = parseTime(time);
  return { ms: Math.min(Math.max(0, ms + shiftMs), MS_MAX), counter };
}

/** Raises a reading above every register that it overwrites knowingly. */
function raise(
  reading: ClockState,
  overwritten: readonly (Register | undefined)[],
  context: SettleContext,
): ClockState {
  let raised = reading;
  for (const register of overwritten) {
    if (register === undefined || !knowingly(register, context)) continue;
    if (formatTime(raised, context.clientId) <= register.time)
      raised = successor(parseTime(register.time));
  }
  return raised;
}

/** The registers that a patched field stands against: its own, and the `put` below which it would be void. */
function patchedBy(name: string, current: RecordState | undefined): (Register | undefined)[] {
  return current === undefined ? [] : [fieldRegister(current, name), current.registers.base];
}

function knowingly(register: Register, context: SettleContext): boolean {
  return register.stamp <= context.seenStamp || register.time.slice(30) === context.clientId;
}

/** The registers that the change's own time stands against. */
function overwrittenBy(change: Change, current: RecordState | undefined): (Register | undefined)[] {
  if (current === undefined || change.op === "patch") return [];
  const own = [current.registers.base, deletionRegister(current)];
  if (change.op !== "put") return own;
  return [...own, ...Object.keys(current.fields).map((name) => fieldRegister(current, name))];
}
