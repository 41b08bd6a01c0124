// The hybrid logical clock: readings that follow the wall clock, never go back, and sort as text.
// Source: Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014); the text form is ours.

import { SynclineError } from "../errors/error.ts";

/** A clock reading as text: `2026-11-20T10:05:00.000Z-0003-k9x2` (ISO milliseconds, counter, client id). */
export type Time = string;

/** What a clock remembers between readings. */
export interface ClockState {
  /** Milliseconds since 1970 of the last reading. */
  readonly ms: number;
  /** How many readings came before within that millisecond. */
  readonly counter: number;
}

/** A reading, taken apart. */
export interface Reading extends ClockState {
  readonly clientId: string;
}

/** The reading of a clock that was never used. */
export const CLOCK_START: ClockState = { ms: 0, counter: 0 };
/** Before it there is the beginning of time alone, whoever reads it. */
const SECOND_READING = "1970-01-01T00:00:00.000Z-0001";

const COUNTER_MAX = 0xffff;
/** 9999-12-31T23:59:59.999Z: the last millisecond whose ISO text still sorts. */
export const MS_MAX = 253_402_300_799_999;
const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)-([0-9a-f]{4})-([A-Za-z0-9_.:-]{1,128})$/;

/**
 * Takes the next reading. It is greater than every reading before it, whatever the wall clock does;
 * when the counter of a millisecond is used up, the clock runs one millisecond ahead.
 */
export function tick(state: ClockState, wallMs: number): ClockState {
  const wall = clampMs(wallMs);
  if (wall > state.ms) return { ms: wall, counter: 0 };
  if (state.counter < COUNTER_MAX) return { ms: state.ms, counter: state.counter + 1 };
  // At the end of all times that can be written, it stands still.
  return state.ms < MS_MAX ? { ms: state.ms + 1, counter: 0 } : state;
}

/**
 * Moves the clock past a reading received from elsewhere, so that the next own reading is greater.
 *
 * @param maxAheadMs how far ahead of the wall clock a reading may lie and still be followed. One that
 *   lies further ahead is ignored, so that one device's wrong clock does not spread. Readings that
 *   the server stored are bounded by the server already: pass `Infinity` for those.
 */
export function receive(
  state: ClockState,
  remote: ClockState,
  wallMs: number,
  maxAheadMs: number,
): ClockState {
  if (remote.ms - clampMs(wallMs) > maxAheadMs) return state;
  return compareClocks(remote, state) > 0 ? { ms: remote.ms, counter: remote.counter } : state;
}

/** The smallest reading that is greater than the one given, for the same or any other client. */
export function successor(state: ClockState): ClockState {
  return tick(state, 0);
}

/** Orders two readings; the client id is not looked at. Negative when `a` came first. */
export function compareClocks(a: ClockState, b: ClockState): number {
  return a.ms - b.ms || a.counter - b.counter;
}

/** Writes a reading as text. Texts of readings sort as the readings do. */
export function formatTime(state: ClockState, clientId: string): Time {
  return `${isoText(state.ms)}-${state.counter.toString(16).padStart(4, "0")}-${clientId}`;
}

/**
 * Reads the text form.
 * @throws {SynclineError} `invalid` when the text is not a reading.
 */
export function parseTime(text: string): Reading {
  const reading = readTime(text);
  if (reading === undefined) {
    throw new SynclineError(
      "invalid",
      "This is not a clock reading such as 2026-11-20T10:05:00.000Z-0000-k9x2.",
    );
  }
  return reading;
}

/** Tells whether a reading is the beginning of time: what was written then states no time, and ranks below all that does. */
export function isInitial(time: Time): boolean {
  return time < SECOND_READING;
}

/** Tells whether a text is a reading. */
export function isTime(text: string): boolean {
  return readTime(text) !== undefined;
}

let lastTime = "";
let lastReading: Reading | undefined;

/** What is done with a time reads it several times, one after the other: the last reading is kept. */
function readTime(text: string): Reading | undefined {
  if (text !== lastTime) {
    lastReading = readingOf(text);
    lastTime = text;
  }
  return lastReading;
}

function readingOf(text: string): Reading | undefined {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, iso = "", counter = "", clientId = ""] = parts;
  const ms = Date.parse(iso);
  // Date.parse rolls impossible days over (31 February): what does not come back the same was no date.
  if (!(ms >= 0) || isoText(ms) !== iso) return undefined;
  return { ms, counter: Number.parseInt(counter, 16), clientId };
}

let lastSecond = -1;
let lastSecondText = "";

/** ISO text of a millisecond. Clocks move slowly, so the text of the last second is kept. */
function isoText(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecondText = new Date(second * 1000).toISOString().slice(0, 20);
    lastSecond = second;
  }
  return `${lastSecondText}${String(ms - second * 1000).padStart(3, "0")}Z`;
}

function clampMs(ms: number): number {
  if (!(ms > 0)) return 0;
  return ms > MS_MAX ? MS_MAX : Math.floor(ms);
}
