// Which days count for a habit: since when, until when, on which weekdays, and which are off.

import { type Calendar, daysOfRange } from "./calendar.ts";
import { type Day, parseDay, weekdayOf } from "./day.ts";
import { type Habit, reaches } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";
import { parseMoment } from "./instant.ts";
import { dayAt } from "./zone.ts";

/** Entries further back or ahead are kept and shown, but no statistic walks there: every walk has an end. */
const MAX_DAYS_BACK = 36_525;
/** Who flies west has been in a day that has not come yet where he lands; nobody is further ahead. */
const MAX_DAYS_AHEAD = 2;

export interface Schedule {
  /** The first day looked at: the start, or an earlier day for which something was logged later. */
  readonly first: Day;
  /** The last day looked at: today, or a later one that was already lived elsewhere. */
  readonly last: Day;
  readonly today: Day;
  /** Whether the target was reached, or a limit kept to; never on days that nobody has lived yet. */
  isDone(day: Day): boolean;
  /** Whether it is known what became of the day: it is over, or its limit was exceeded. */
  isSettled(day: Day): boolean;
  /** Whether the weekday is one of the habit's; every one is where it names none. */
  isScheduled(day: Day): boolean;
  /** Whether anything can be asked of the day: begun, not ended, not archived, not off, not skipped, and it did exist. */
  isOpen(day: Day): boolean;
}

export function createSchedule(habit: Habit, log: HabitLog, calendar: Calendar): Schedule {
  const { today, zone, dayStartHour } = calendar;
  const dayOfMoment = (text: string) => dayAt(parseMoment(text)?.ms ?? 0, zone, dayStartHour);
  const earliest = today - MAX_DAYS_BACK;
  const logged = loggedWithin(log, earliest, today + MAX_DAYS_AHEAD);
  const start = Math.max(dayOr(habit.startDay, habit.startDate, dayOfMoment), earliest);
  const first = Math.min(start, logged.first);
  const last = Math.max(today, logged.last);
  const end = habit.endDate === null ? null : dayOr(habit.endDay, habit.endDate, dayOfMoment);
  const archived = habit.archivedAt === null ? null : dayOfMoment(habit.archivedAt);
  const off = daysOff(habit, calendar);
  const weekdays = habit.frequencyType === "specific_days" ? new Set(habit.weekdays) : undefined;
  const isLimit = habit.targetType === "at_most";
  return {
    first,
    last,
    today,
    isDone(day) {
      const logged = day <= last ? log.get(day) : undefined;
      const wasLogged = logged !== undefined && logged.logs > 0;
      if (!isLimit) return wasLogged && reaches(habit, logged.total);
      return day < today && (wasLogged ? reaches(habit, logged.total) : this.isOpen(day));
    },
    isSettled: (day) =>
      day < today || (isLimit && day <= last && !reaches(habit, log.get(day)?.total ?? 0)),
    isScheduled: (day) => weekdays === undefined || weekdays.has(weekdayOf(day)),
    isOpen(day) {
      if (day < first || (end !== null && day > end) || (archived !== null && day >= archived))
        return false;
      if (calendar.skipped.has(day) || log.get(day)?.skipped === true) return false;
      return !off.some(([from, to]) => from <= day && day <= to);
    },
  };
}

interface Span {
  readonly first: Day;
  readonly last: Day;
}

/** A log never changes, and is asked again and again: its own span is found once. */
const spans = new WeakMap<HabitLog, Span>();

/** The first and the last day between two on which something was logged; nothing is before and after all days. */
function loggedWithin(log: HabitLog, from: Day, to: Day): Span {
  const whole = spans.get(log) ?? spanOf(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  spans.set(log, whole);
  const isInside = whole.first > whole.last || (whole.first >= from && whole.last <= to);
  return isInside ? whole : spanOf(log, from, to);
}

function spanOf(log: HabitLog, from: Day, to: Day): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const [day, { logs }] of log) {
    if (logs === 0 || day < from || day > to) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  return { first, last };
}

function dayOr(day: string | null, moment: string, dayOfMoment: (text: string) => Day): Day {
  return (day === null ? undefined : parseDay(day)) ?? dayOfMoment(moment);
}

/** Pauses of the habit and vacations that include it. */
function daysOff(habit: Habit, calendar: Calendar): readonly (readonly [Day, Day])[] {
  const vacations = calendar.vacations.filter(
    ({ habitIds }) => habitIds === null || habitIds.includes(habit.id),
  );
  return [...habit.pauses, ...vacations].flatMap((range) => {
    const days = daysOfRange(range);
    return days === undefined ? [] : [days];
  });
}
