// Habits, entries and calendars for tests: only what a test is about has to be said.

import { type Calendar, createCalendar } from "../calendar.ts";
import { type Day, dayToText, parseDay } from "../day.ts";
import type { Entry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import { createHabit } from "../habit-changes.ts";
import { parseMoment } from "../instant.ts";
import { DEFAULT_SETTINGS, type Vacation } from "../settings.ts";

export function msOf(text: string): number {
  return parseMoment(text)?.ms ?? Number.NaN;
}

export function day(text: string): Day {
  return parseDay(text) ?? Number.NaN;
}

/** A habit that began at the beginning of 2026, UTC. */
export function habit(changes: Partial<Habit> = {}): Habit {
  const made = createHabit(
    "h",
    { title: "Stretch" },
    { nowMs: msOf("2026-01-01T00:00:00Z"), zone: "UTC", dayStartHour: 0 },
  );
  return { ...made, ...changes };
}

let made = 0;

export function entryAt(at: string, changes: Partial<Entry> = {}): Entry {
  made += 1;
  return {
    id: `e${made}`,
    habitId: "h",
    at,
    day: null,
    zone: null,
    kind: "log",
    value: 1,
    notes: "",
    createdAt: at,
    ...changes,
  };
}

export function entryOn(date: string | Day, changes: Partial<Entry> = {}): Entry {
  const text = typeof date === "string" ? date : dayToText(date);
  return entryAt(`${text}T12:00:00Z`, { day: text, ...changes });
}

export function calendarAt(
  now: string,
  zone = "UTC",
  more: Partial<Calendar> & { readonly vacations?: readonly Vacation[] } = {},
): Calendar {
  return createCalendar({
    ...DEFAULT_SETTINGS,
    zone,
    nowMs: msOf(now),
    vacations: more.vacations ?? [],
    ...(more.dayStartHour === undefined ? {} : { dayStartHour: more.dayStartHour }),
    ...(more.weekStart === undefined ? {} : { weekStart: more.weekStart }),
  });
}

export function vacation(from: string, to: string, habitIds: readonly string[] | null = null) {
  return { id: `${from}_${to}`, from, to, habitIds, note: "" } satisfies Vacation;
}
