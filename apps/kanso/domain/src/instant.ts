// Moments as RFC 3339 texts, with as many digits as they were given: what the wire carries and records keep.

import { withoutEnd } from "@syncline/core";
import { type Day, dayAtStart, dayToText, parseDay, twoDigits } from "./day.ts";

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
/** The length of 2026-03-02T18:10:00Z. */
const WHOLE = 20;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The last day that four digits of a year can write. */
const LAST_DAY: Day = 2_932_896;
const FIRST_DAY: Day = -719_528;

export interface Moment {
  /** In UTC, without trailing zeros of a second's fraction. */
  readonly text: string;
  /** Milliseconds since 1970, rounded down. */
  readonly ms: number;
  /** `+02:00` as it was written; null for `Z` and `+00:00`, which tell nothing of where the writer was. */
  readonly offset: string | null;
}

/**
 * Reads an RFC 3339 text with date, time and offset; undefined for anything else. By hand: a person's entries
 * are read by the thousand, and need neither a calendar nor a zone for it.
 */
export function parseMoment(text: string): Moment | undefined {
  return parseWhole(text) ?? parseAny(text);
}

/** A moment of whole seconds in UTC, as nearly all are written: undefined for any other, right or wrong. */
function parseWhole(text: string): Moment | undefined {
  if (text.length !== WHOLE || text[19] !== "Z" || text[10] !== "T") return undefined;
  if (text[13] !== ":" || text[16] !== ":") return undefined;
  const day = dayAtStart(text);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // What is no number is in no range.
  if (day === undefined || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  const ms = day * DAY_MS + (hour * 60 + minute) * MINUTE_MS + second * 1_000;
  return { text, ms, offset: null };
}

function parseAny(text: string): Moment | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, date = "", hour, minute, second, fraction = "", sign, offsetHour, offsetMinute] = match;
  const day = parseDay(date);
  if (day === undefined) return undefined; // 30 February has the shape of a date
  const millis = fraction === "" ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  const seconds = Number(second) * 1_000 + millis;
  if (sign === undefined && !fraction.endsWith("0")) {
    // Most are in UTC already, and written as we write them.
    const ms = day * DAY_MS + (Number(hour) * 60 + Number(minute)) * MINUTE_MS + seconds;
    return { text, ms, offset: null };
  }
  const offset =
    (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === "-" ? -1 : 1);
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  const utcDay = day + Math.floor(minutes / 1_440);
  if (utcDay < FIRST_DAY || utcDay > LAST_DAY) return undefined;
  const utcMinutes = minutes - (utcDay - day) * 1_440;
  return {
    text: `${dayToText(utcDay)}T${clock(utcMinutes)}:${second}${decimals(fraction)}Z`,
    ms: utcDay * DAY_MS + utcMinutes * MINUTE_MS + seconds,
    // How a machine writes UTC is its own affair: the same instant is counted alike.
    offset: offset === 0 ? null : text.slice(-6),
  };
}

/** The text of a moment in milliseconds since 1970. */
export function momentText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor((rest % MINUTE_MS) / 1_000);
  const fraction = decimals(String(rest % 1_000).padStart(3, "0"));
  const time = `${clock(Math.floor(rest / MINUTE_MS))}:${String(seconds).padStart(2, "0")}`;
  return `${dayToText(day)}T${time}${fraction}Z`;
}

function clock(minutes: number): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function decimals(fraction: string): string {
  const kept = withoutEnd(fraction, "0");
  return kept === "" ? "" : `.${kept}`;
}
