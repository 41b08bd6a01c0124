// Streaks: how often in a row somebody did what he set out to do, counted as the habit's frequency counts.

import type { Calendar } from "./calendar.ts";
import { startOfWeek } from "./day.ts";
import type { Habit } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";
import { createSchedule, type Schedule } from "./schedule.ts";

export interface Streak {
  /** Unbroken until today; today breaks nothing before it is over. */
  readonly current: number;
  readonly longest: number;
  readonly unit: "days" | "weeks" | "times";
}

/**
 * The streak of a habit:
 * - `daily` and `specific_days` count days that were done; a day of the schedule that passed undone ends it.
 * - `weekly` counts weeks with as many done days as were asked for; days off make a week ask for less.
 * - `interval` counts times; it ends when so many days passed without one.
 *
 * Skipped days, vacations, pauses, days before the start and after end or archive, and days that a zone never
 * had neither add nor end. What is done on a day off adds.
 * A day adds to the streak of a limit once it is over; who exceeds the limit ends it at once.
 */
export function streakOf(habit: Habit, log: HabitLog, calendar: Calendar): Streak {
  const schedule = createSchedule(habit, log, calendar);
  switch (habit.frequencyType) {
    case "daily":
    case "specific_days":
      return { ...longestRun(dayByDay(schedule)), unit: "days" };
    case "weekly":
      return {
        ...longestRun(weekByWeek(schedule, habit.timesPerWeek, calendar.weekStart)),
        unit: "weeks",
      };
    case "interval":
      return { ...longestRun(timeByTime(schedule, habit.interval)), unit: "times" };
    default:
      return habit.frequencyType satisfies never;
  }
}

type Step = "adds" | "ends";

function longestRun(steps: Iterable<Step>): { current: number; longest: number } {
  let current = 0;
  let longest = 0;
  for (const step of steps) {
    current = step === "adds" ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return { current, longest };
}

function* dayByDay(schedule: Schedule): Generator<Step> {
  for (let day = schedule.first; day <= schedule.last; day += 1) {
    if (!schedule.isScheduled(day)) continue;
    if (schedule.isDone(day)) yield "adds";
    else if (schedule.isSettled(day) && schedule.isOpen(day)) yield "ends";
  }
}

function* timeByTime(schedule: Schedule, interval: number): Generator<Step> {
  let passed = 0;
  for (let day = schedule.first; day <= schedule.last; day += 1) {
    if (schedule.isDone(day)) {
      passed = 0;
      yield "adds";
    } else if (schedule.isOpen(day)) {
      passed += 1;
      if (passed >= interval && schedule.isSettled(day)) yield "ends";
    }
  }
}

function* weekByWeek(schedule: Schedule, times: number, weekStart: number): Generator<Step> {
  for (let week = startOfWeek(schedule.first, weekStart); week <= schedule.last; week += 7) {
    const { done, asked } = weekOf(schedule, week, times);
    if (asked === 0) continue;
    if (done >= asked) yield "adds";
    else if (week + 7 <= schedule.today) yield "ends";
  }
}

/** How many days of a week were done, and how many are asked for: no more than it has days that are open. */
export function weekOf(
  schedule: Schedule,
  week: number,
  times: number,
): { readonly done: number; readonly open: number; readonly asked: number } {
  let done = 0;
  let open = 0;
  for (let day = week; day < week + 7; day += 1) {
    if (schedule.isDone(day)) done += 1;
    if (schedule.isDone(day) || schedule.isOpen(day)) open += 1;
  }
  return { done, open, asked: Math.min(times, open) };
}
