// Instants: the RFC 3339 texts of the other side, and our stamps and times.

import { formatTime, MS_MAX, parseTime, type Time } from "@syncline/core";

const FORM =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,640}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** The year 2255: microseconds beyond it are no exact numbers. */
const MICROS_MAX = Number.MAX_SAFE_INTEGER;
/** The part of a time's counter below the microseconds: tells apart what was written in one. */
const TIE_BITS = 6;

/**
 * Reads an instant, with any number of digits after the point; more than six are cut off.
 * @returns microseconds since 1970, negative before; undefined when the text is none
 */
export function parseInstant(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const [, date, time, digits = "", zone = "Z"] = FORM.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}Z`);
  // Date.parse rolls impossible days over: what does not come back the same was none.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(`${date}T${time}`))
    return undefined;
  const micros = (ms - offsetMs(zone)) * 1000 + Number(digits.slice(0, 6).padEnd(6, "0"));
  return Math.min(micros, MICROS_MAX);
}

function offsetMs(zone: string): number {
  if (zone.length === 1) return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** An instant with six digits after the point, always: such texts sort as the instants do. */
export function formatInstant(micros: number): string {
  const ms = Math.floor(micros / 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(micros - ms * 1000).padStart(3, "0")}Z`;
}

/**
 * A time as we merge by it.
 * @param tie tells apart what one client wrote in the same microsecond: the greater wins
 */
export function timeOf(micros: number, clientId: string, tie = 0): Time {
  const bounded = Math.min(Math.max(0, micros), MICROS_MAX);
  const ms = Math.floor(bounded / 1000);
  const counter = ((bounded - ms * 1000) << TIE_BITS) | Math.min(tie, (1 << TIE_BITS) - 1);
  return formatTime({ ms, counter }, clientId);
}

/** The microsecond of a time, and what tells it apart within. */
export function readTime(time: Time): { readonly micros: number; readonly tie: number } {
  const { ms, counter } = parseTime(time);
  return {
    micros: ms * 1000 + Math.min(counter >> TIE_BITS, 999),
    tie: counter & ((1 << TIE_BITS) - 1),
  };
}

/**
 * A time as the other side reads it: with milliseconds, always. Its clients compare these texts as text, and take what
 * is equal or greater: with more digits, `.123Z` would be greater than `.123456Z`, and the newer value be passed over.
 */
export function timeToText(time: Time): string {
  return time.slice(0, 24);
}

/**
 * A time as a device whose clock is ahead would have written it.
 * @param atLeast microseconds: what the device itself said of this field
 */
export function timeToDevice(time: Time, aheadMs: number, atLeast = 0): string {
  if (aheadMs === 0 && atLeast === 0) return timeToText(time);
  const { ms } = parseTime(time);
  // At the beginning of time no clock was ahead of another.
  const there = ms === 0 ? 0 : Math.min(ms + Math.ceil(aheadMs), MS_MAX);
  return new Date(Math.max(there, Math.ceil(atLeast / 1000))).toISOString();
}

/** The client that wrote at a time. */
export function authorOf(time: Time): string {
  return time.slice(30);
}
