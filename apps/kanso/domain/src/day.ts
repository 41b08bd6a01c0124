// Calendar days as whole numbers: days since 1970-01-01. No zone, no clock, no instant.

/** Days since 1970-01-01 in the Gregorian calendar. */
export type Day = number;

const DAYS_PER_ERA = 146_097;
const ZERO = 48;

/** The day of a date. The date must be one of the calendar. Algorithm: Howard Hinnant, chrono-compatible date algorithms. */
export function dayOfDate(year: number, month: number, dayOfMonth: number): Day {
  const shifted = month <= 2 ? year - 1 : year; // a year that begins in March has its leap day at the end
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - 719_468;
}

export interface CalendarDate {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  /** 1–31. */
  readonly dayOfMonth: number;
}

export function dateOfDay(day: Day): CalendarDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/**
 * Reads `YYYY-MM-DD`; undefined for anything else, and for dates that no calendar has. Years of entries are read by
 * it: it looks at characters, which is ten times as quick as an expression that cuts them out.
 */
export function parseDay(text: string): Day | undefined {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return undefined;
  const year = wholeAt(text, 0, 4);
  const month = wholeAt(text, 5, 7);
  const dayOfMonth = wholeAt(text, 8, 10);
  const isDate =
    year >= 0 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysIn(year, month);
  return isDate ? dayOfDate(year, month, dayOfMonth) : undefined;
}

/** The number that some digits write; not a number where there are others than digits. */
function wholeAt(text: string, from: number, to: number): number {
  let whole = 0;
  for (let place = from; place < to; place += 1) {
    const digit = text.charCodeAt(place) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    whole = whole * 10 + digit;
  }
  return whole;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function dayToText(day: Day): string {
  const { year, month, dayOfMonth } = dateOfDay(day);
  return `${String(year).padStart(4, "0")}-${pad(month)}-${pad(dayOfMonth)}`;
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return modulo(day + 4, 7);
}

/** @param weekStart the weekday on which weeks begin; 0 is Sunday */
export function startOfWeek(day: Day, weekStart: number): Day {
  return day - modulo(weekdayOf(day) - weekStart, 7);
}

export function startOfMonth(day: Day): Day {
  return day - dateOfDay(day).dayOfMonth + 1;
}

export function startOfYear(day: Day): Day {
  return dayOfDate(dateOfDay(day).year, 1, 1);
}

/** What periods are counted by. */
export type Period = "day" | "week" | "month" | "year";

/** The first day of the period that a day lies in. */
export function startOfPeriod(day: Day, period: Period, weekStart: number): Day {
  switch (period) {
    case "day":
      return day;
    case "week":
      return startOfWeek(day, weekStart);
    case "month":
      return startOfMonth(day);
    case "year":
      return startOfYear(day);
    default:
      return period satisfies never;
  }
}

/** The first day after the period that begins with `start`. */
export function nextPeriod(start: Day, period: Period): Day {
  switch (period) {
    case "day":
      return start + 1;
    case "week":
      return start + 7;
    case "month":
      return startOfMonth(start + 31);
    case "year":
      return startOfYear(start + 366);
    default:
      return period satisfies never;
  }
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
