// How a habit stands in the time that its goal is counted by: what is left of a week, or how long it may wait.

import type { Calendar } from "./calendar.ts";
import { type Day, startOfWeek } from "./day.ts";
import type { Habit } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";
import { createSchedule, type Schedule } from "./schedule.ts";
import { weekOf } from "./streak.ts";

export type Standing =
  /** Each day stands for itself. */
  | { readonly unit: "day" }
  | {
      readonly unit: "week";
      /** On how many days of the week it was done. */
      readonly done: number;
      /** On how many it is to be done: fewer than the goal where days are off. */
      readonly of: number;
    }
  | {
      readonly unit: "interval";
      /** After how many days it is due again; 0: it is due. */
      readonly dueIn: number;
    };

/** @param day any day of the week; that from which is counted */
export function standingOf(habit: Habit, log: HabitLog, calendar: Calendar, day: Day): Standing {
  switch (habit.frequencyType) {
    case "daily":
    case "specific_days":
      return { unit: "day" };
    case "weekly": {
      const schedule = createSchedule(habit, log, calendar);
      const week = startOfWeek(day, calendar.weekStart);
      const { done, asked } = weekOf(schedule, week, habit.timesPerWeek);
      return { unit: "week", done, of: asked };
    }
    case "interval":
      return {
        unit: "interval",
        dueIn: dueIn(createSchedule(habit, log, calendar), day, habit.interval),
      };
    default:
      return habit.frequencyType satisfies never;
  }
}

/** Days off between count as days, and not as days of the interval. */
function dueIn(schedule: Schedule, from: Day, interval: number): number {
  let passed = 0;
  let last = from;
  for (; !schedule.isDone(last); last -= 1) {
    if (schedule.isOpen(last)) passed += 1;
    if (last < schedule.first || passed >= interval) return 0;
  }
  for (let day = from + 1; day <= from + MAX_WAIT; day += 1) {
    if (schedule.isOpen(day)) passed += 1;
    if (passed >= interval) return day - from;
  }
  return MAX_WAIT;
}

/** Longer than any interval: behind it lies a time in which nothing is due at all. */
const MAX_WAIT = 4_000;
