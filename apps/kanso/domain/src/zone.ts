// Time zones: the only file that asks Temporal. Elsewhere a day is a number, and a moment milliseconds.

import { Temporal } from "temporal-polyfill";
import { type Day, dayOfDate, dayToText } from "./day.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A shape that an IANA name has; Temporal decides. Offsets such as `+02:00` are zones too: of entries, not of people. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const OFFSET = /^[+-](?:[01]\d|2[0-3]):[0-5]\d$/;
/** Zones skipped a whole day until 2011, and will not do so again unannounced. */
const SKIPS_FROM_YEAR = 1970;
const SKIPS_TO_YEAR = 2040;
/** There are not that many zones: what is kept of them stays small whatever names are asked for. */
const MAX_KEPT_ZONES = 600;
/** Forty years of days. */
const MAX_KEPT = 15_000;

/** Whether a zone of this name is known: spelt as in the IANA database, case included. */
export function isZone(name: string): boolean {
  if (knownZones.has(name) || OFFSET.test(name)) return true;
  if (!NAME.test(name) || name.length > 64) return false;
  try {
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    if (timeZoneId !== name) return false;
  } catch {
    return false; // a name that Temporal does not know is an answer, not a failure
  }
  knownZones.add(name); // only of those that there are: a set of them stays small
  return true;
}

const knownZones = new Set<string>();

/**
 * The calendar day of a moment where the clock shows the time of `zone`, and a day begins at `dayStartHour`:
 * with 3, what is done at half past two still belongs to the day before.
 */
export function dayAt(ms: number, zone: string, dayStartHour = 0): Day {
  const local = ms + offsetMs(ms, zone) - dayStartHour * HOUR_MS;
  let day = Math.floor(local / DAY_MS);
  if (dayStartHour > 0) {
    const skipped = skippedDays(zone);
    while (skipped.has(day)) day -= 1; // the night after a day that was skipped belongs to the last one there was
  }
  return day;
}

/** The first moment of a day, in milliseconds since 1970: of the day after it where the zone skipped it. */
export function startOfDayMs(day: Day, zone: string, dayStartHour = 0): number {
  const midnight = Temporal.PlainDate.from(dayToText(day)).toZonedDateTime(zone);
  if (dayStartHour === 0) return midnight.epochMilliseconds;
  return Temporal.PlainDate.from(dayToText(day))
    .toPlainDateTime({ hour: dayStartHour })
    .toZonedDateTime(zone).epochMilliseconds;
}

const skippedByZone = new Map<string, ReadonlySet<Day>>();

/** The days that a zone never had: 30 December 2011 in Apia, which crossed the date line. */
export function skippedDays(zone: string): ReadonlySet<Day> {
  const known = skippedByZone.get(zone);
  if (known !== undefined) return known;
  const skipped = findSkippedDays(zone);
  if (skippedByZone.size >= MAX_KEPT_ZONES) skippedByZone.clear();
  skippedByZone.set(zone, skipped);
  return skipped;
}

/** A day is skipped when the offset grows by a whole day, which stays: looking once a year finds the year, halving the moment. */
function findSkippedDays(zone: string): ReadonlySet<Day> {
  const skipped = new Set<Day>();
  if (OFFSET.test(zone)) return skipped;
  for (let year = SKIPS_FROM_YEAR; year < SKIPS_TO_YEAR; year += 1) {
    let before = dayOfDate(year, 1, 1) * DAY_MS;
    let after = dayOfDate(year + 1, 1, 1) * DAY_MS;
    if (offsetMs(after, zone) - offsetMs(before, zone) < 20 * HOUR_MS) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetMs(middle, zone) - offsetMs(before, zone) < 20 * HOUR_MS) before = middle;
      else after = middle;
    }
    const lastDay = Math.floor((before + offsetMs(before, zone)) / DAY_MS);
    const nextDay = Math.floor((after + offsetMs(after, zone)) / DAY_MS);
    for (let day = lastDay + 1; day < nextDay; day += 1) skipped.add(day);
  }
  return skipped;
}

/** Offsets of whole UTC days, by zone: most days have one, and entries come by the thousand. */
const offsetsByZone = new Map<string, Map<Day, number | null>>();

function offsetMs(ms: number, zone: string): number {
  const utcDay = Math.floor(ms / DAY_MS);
  let offsets = offsetsByZone.get(zone);
  if (offsets === undefined || offsets.size >= MAX_KEPT) {
    if (offsetsByZone.size >= MAX_KEPT_ZONES) offsetsByZone.clear();
    offsets = new Map();
    offsetsByZone.set(zone, offsets);
  }
  let offset = offsets.get(utcDay);
  if (offset === undefined) {
    const first = askOffsetMs(utcDay * DAY_MS, zone);
    offset = askOffsetMs((utcDay + 1) * DAY_MS, zone) === first ? first : null;
    offsets.set(utcDay, offset);
  }
  return offset ?? askOffsetMs(ms, zone); // on a day of change, the moment decides
}

function askOffsetMs(ms: number, zone: string): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return offsetNanoseconds / 1_000_000;
}
