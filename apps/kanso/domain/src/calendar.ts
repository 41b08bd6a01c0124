// The calendar by which somebody's habits are read: his zone and today in it, when days and weeks begin, and his vacations.

import { type Day, parseDay } from "./day.ts";
import type { DayRange } from "./habit.ts";
import type { Settings, Vacation } from "./settings.ts";
import { dayAt, skippedDays } from "./zone.ts";

export interface Calendar {
  readonly zone: string;
  readonly dayStartHour: number;
  readonly weekStart: number;
  readonly today: Day;
  readonly vacations: readonly Vacation[];
  /** Days that the zone never had. */
  readonly skipped: ReadonlySet<Day>;
}

export interface CalendarOptions extends Settings {
  readonly zone: string;
  readonly nowMs: number;
  readonly vacations: readonly Vacation[];
}

export function createCalendar(options: CalendarOptions): Calendar {
  const { zone, dayStartHour, weekStart, vacations, nowMs } = options;
  return {
    zone,
    dayStartHour,
    weekStart,
    vacations,
    today: dayAt(nowMs, zone, dayStartHour),
    skipped: skippedDays(zone),
  };
}

/** First and last day of a range; undefined where a text is none. */
export function daysOfRange({ from, to }: DayRange): readonly [Day, Day] | undefined {
  const first = parseDay(from);
  const last = parseDay(to);
  return first === undefined || last === undefined ? undefined : [first, last];
}
