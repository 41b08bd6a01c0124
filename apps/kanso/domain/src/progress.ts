// Progress: what was asked of somebody in a time, and how much of it was done; by days, weeks, months or years.

import type { Calendar } from "./calendar.ts";
import { type Day, nextPeriod, type Period, startOfPeriod, startOfWeek } from "./day.ts";
import type { Habit } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";
import { createSchedule, type Schedule } from "./schedule.ts";
import { weekOf } from "./streak.ts";

export interface DayProgress {
  readonly day: Day;
  readonly total: number;
  readonly done: boolean;
  readonly skipped: boolean;
  /** Whether something was entered, be it that nothing was done. */
  readonly logged: boolean;
  /** Whether it is kept to by not exceeding it. */
  readonly limit: boolean;
  /** Whether it may be done on this day: it is planned for it, and no day off. */
  readonly open: boolean;
  /** 1 where the day asks for it, done or not; 0 where it may wait, and on days to come. Of many habits: how many are asked for. */
  readonly asked: number;
  /** 1 where what the day asks for is done. */
  readonly met: number;
}

export interface Progress {
  readonly from: Day;
  /** The last day. */
  readonly to: Day;
  readonly total: number;
  readonly daysDone: number;
  readonly asked: number;
  readonly met: number;
  /** Percent of what was asked that was met, 0–100; null where nothing was asked. */
  readonly rate: number | null;
}

/** A longer time is cut: no answer has more days than this. */
export const MAX_PROGRESS_DAYS = 36_600;

/**
 * The days from one to another, both included.
 *
 * A day asks for a habit or does not, and what it asks for is done or is not; every number of every page is a sum of
 * such days. What is asked for:
 * - `daily` and `specific_days`: on each planned day.
 * - `weekly`: on the days on which it was done, until the quota is reached; and on those on which it could not
 *   wait any longer, as the days that were left were no more than the times that were. A week asks for its
 *   quota, then, and not for more.
 * - `interval`: on each day on which it was done, and from so many days after the last time on, until it is.
 *
 * A limit is kept to on each day that is over and on which it was not exceeded, whether something was entered or not.
 *
 * Today asks like every other day, days to come ask for nothing. What is done although nobody asked is extra: it is
 * in the totals, and in no percentage.
 */
export function dailyProgress(
  habit: Habit,
  log: HabitLog,
  calendar: Calendar,
  { from, to }: { readonly from: Day; readonly to: Day },
): DayProgress[] {
  const schedule = createSchedule(habit, log, calendar);
  const ask = askingOf(habit, schedule, calendar.weekStart);
  const limit = habit.targetType === "at_most";
  const last = Math.min(to, from + MAX_PROGRESS_DAYS - 1);
  const days: DayProgress[] = [];
  ask.begin(from);
  for (let day = from; day <= last; day += 1) {
    const logged = log.get(day);
    const done = schedule.isDone(day);
    // Until it is over, or lost, a day of a limit asks for nothing.
    const counts = limit ? schedule.isSettled(day) : day <= calendar.today;
    const isAsked = ask.next(day, done) && (done || counts);
    days.push({
      day,
      total: logged?.total ?? 0,
      done,
      skipped: logged?.skipped === true && !done,
      limit,
      logged: logged !== undefined && logged.logs > 0,
      open: schedule.isScheduled(day) && schedule.isOpen(day),
      asked: isAsked ? 1 : 0,
      met: isAsked && done ? 1 : 0,
    });
  }
  return days;
}

/** The same by periods: the first and last as far as they lie between the days given. */
export function progressBy(
  period: Period,
  days: readonly DayProgress[],
  weekStart: number,
): Progress[] {
  const periods: Progress[] = [];
  let part: DayProgress[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    if (day.day >= end) {
      if (part.length > 0) periods.push(addUp(part));
      part = [];
      end = nextPeriod(startOfPeriod(day.day, period, weekStart), period);
    }
    part.push(day);
  }
  if (part.length > 0) periods.push(addUp(part));
  return periods;
}

/** One sum of days, of one habit or of many. There must be a day. */
export function addUp(days: readonly DayProgress[]): Progress {
  let total = 0;
  let daysDone = 0;
  let asked = 0;
  let met = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    total += Math.round(day.total * 1000);
    if (day.done) daysDone += 1;
    asked += day.asked;
    met += day.met;
    from = Math.min(from, day.day);
    to = Math.max(to, day.day);
  }
  const rate = asked === 0 ? null : Math.min(100, (met / asked) * 100);
  return { from, to, total: total / 1000, daysDone, asked, met, rate };
}

interface Asking {
  /** Called once, before the days in order. */
  begin(from: Day): void;
  /** Whether the day asks for it. */
  next(day: Day, done: boolean): boolean;
}

function askingOf(habit: Habit, schedule: Schedule, weekStart: number): Asking {
  switch (habit.frequencyType) {
    case "daily":
    case "specific_days":
      return byDay(schedule);
    case "weekly":
      return byWeek(schedule, habit.timesPerWeek, weekStart);
    case "interval":
      return byInterval(schedule, habit.interval);
    default:
      return habit.frequencyType satisfies never;
  }
}

function byDay(schedule: Schedule): Asking {
  return {
    begin: () => {},
    next: (day, done) => schedule.isScheduled(day) && (done || schedule.isOpen(day)),
  };
}

function byWeek(schedule: Schedule, times: number, weekStart: number): Asking {
  let week = Number.NaN;
  let asked: ReadonlySet<Day> = new Set();
  return {
    begin: () => {},
    next(day) {
      if (startOfWeek(day, weekStart) !== week) {
        week = startOfWeek(day, weekStart);
        asked = askedInWeek(schedule, week, times);
      }
      return asked.has(day);
    },
  };
}

/** As many days as the week asks for: those on which it was done, and those on which it could not wait. */
function askedInWeek(schedule: Schedule, week: Day, times: number): ReadonlySet<Day> {
  const asked = new Set<Day>();
  let { asked: left, open } = weekOf(schedule, week, times);
  for (let day = week; day < week + 7; day += 1) {
    const done = schedule.isDone(day);
    if (!done && !schedule.isOpen(day)) continue;
    if (left > 0 && (done || left === open)) {
      asked.add(day);
      left -= 1;
    }
    open -= 1;
  }
  return asked;
}

function byInterval(schedule: Schedule, interval: number): Asking {
  /** Open days since it was last done; days off do not count. */
  let passed = Number.POSITIVE_INFINITY;
  return {
    begin(from) {
      passed = openDaysSince(schedule, from, interval);
    },
    next(day, done) {
      if (done) passed = 0;
      else if (schedule.isOpen(day)) passed += 1;
      return done || (schedule.isOpen(day) && passed >= interval);
    },
  };
}

/** Backwards, and no further than it matters: one day of a habit of many years is asked for again and again. */
function openDaysSince(schedule: Schedule, from: Day, interval: number): number {
  const first = Math.max(schedule.first, from - MAX_PROGRESS_DAYS);
  let open = 0;
  for (let day = from - 1; day >= first && open < interval; day -= 1) {
    if (schedule.isDone(day)) return open;
    if (schedule.isOpen(day)) open += 1;
  }
  return Number.POSITIVE_INFINITY;
}
