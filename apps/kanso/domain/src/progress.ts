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
  /** Whether it is, or was, to be done on this day; with a weekly quota: whether it may be. */
  readonly due: boolean;
  /** The part of what is asked for that falls on this day; nothing on days to come. */
  readonly asked: number;
  /** The part of what is asked for that was met by this day. */
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
 * Every frequency asks something of each day, so that any times add up: `daily` and `specific_days` one of each
 * scheduled day; `weekly` its quota, spread over the days of the week that are open, with each done day worth one
 * until the quota is met; `interval` one of each day, met from a time until so many days later. Today asks
 * nothing before it is done.
 */
export function dailyProgress(
  habit: Habit,
  log: HabitLog,
  calendar: Calendar,
  { from, to }: { readonly from: Day; readonly to: Day },
): DayProgress[] {
  const schedule = createSchedule(habit, log, calendar);
  const share = shareOf(habit, schedule, calendar.weekStart);
  const last = Math.min(to, from + MAX_PROGRESS_DAYS - 1);
  const days: DayProgress[] = [];
  share.begin(from);
  for (let day = from; day <= last; day += 1) {
    const logged = log.get(day);
    const done = schedule.isDone(day);
    const { asked, met } = share.next(day, done);
    const counts = done || day < calendar.today || (day === calendar.today && met > 0);
    days.push({
      day,
      total: logged?.total ?? 0,
      done,
      skipped: logged?.skipped === true && !done,
      due: schedule.isScheduled(day) && schedule.isOpen(day),
      asked: counts ? asked : 0,
      met: counts ? met : 0,
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

interface Share {
  /** Called once, before the days in order. */
  begin(from: Day): void;
  next(day: Day, done: boolean): { readonly asked: number; readonly met: number };
}

function shareOf(habit: Habit, schedule: Schedule, weekStart: number): Share {
  switch (habit.frequencyType) {
    case "daily":
    case "specific_days":
      return scheduledShare(schedule);
    case "weekly":
      return quotaShare(schedule, habit.timesPerWeek, weekStart);
    case "interval":
      return intervalShare(schedule, habit.interval);
    default:
      return habit.frequencyType satisfies never;
  }
}

const NONE = { asked: 0, met: 0 };
const MISSED = { asked: 1, met: 0 };
const MET = { asked: 1, met: 1 };

function scheduledShare(schedule: Schedule): Share {
  return {
    begin: () => {},
    next(day, done) {
      if (!schedule.isScheduled(day)) return NONE;
      if (done) return MET;
      return schedule.isOpen(day) ? MISSED : NONE;
    },
  };
}

function quotaShare(schedule: Schedule, times: number, weekStart: number): Share {
  let week = Number.NaN;
  let asked = 0;
  let met = 0;
  return {
    begin: () => {},
    next(day, done) {
      if (startOfWeek(day, weekStart) !== week) {
        week = startOfWeek(day, weekStart);
        const all = weekOf(schedule, week, times);
        asked = all.open === 0 ? 0 : all.asked / all.open;
        met = all.done === 0 ? 0 : Math.min(1, all.asked / all.done);
      }
      return done || schedule.isOpen(day) ? { asked, met: done ? met : 0 } : NONE;
    },
  };
}

function intervalShare(schedule: Schedule, interval: number): Share {
  /** Open days since it was last done; days off do not count. */
  let passed = Number.POSITIVE_INFINITY;
  const step = (day: Day, done: boolean) => {
    if (done) passed = 0;
    else if (schedule.isOpen(day)) passed += 1;
  };
  return {
    // Backwards, and no further than it matters: one day of a habit of many years is asked for again and again.
    begin(from) {
      const first = Math.max(schedule.first, from - MAX_PROGRESS_DAYS);
      let open = 0;
      for (let day = from - 1; day >= first && open < interval; day -= 1) {
        if (schedule.isDone(day)) {
          passed = open;
          return;
        }
        if (schedule.isOpen(day)) open += 1;
      }
    },
    next(day, done) {
      step(day, done);
      if (done) return MET;
      if (!schedule.isOpen(day)) return NONE;
      return passed < interval ? MET : MISSED;
    },
  };
}
