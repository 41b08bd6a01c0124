// The statistics of `GET /stats/weekly`, as clients of the original know them: every day counts, whatever the schedule.

import { type Day, dayToText } from "./day.ts";
import type { Habit } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";

/** The answer, member by member as it goes over the wire. */
export interface WeeklyStatistics {
  readonly start_date: string;
  readonly end_date: string;
  readonly total_habits: number;
  readonly overall_completion_rate: number;
  readonly habits: readonly WeeklyHabit[];
}

export interface WeeklyHabit {
  readonly habit_id: string;
  readonly habit_title: string;
  readonly color: string;
  readonly icon: string;
  readonly target_value: number;
  readonly unit: string;
  readonly total_value: number;
  readonly completion_rate: number;
  readonly days_completed: number;
  readonly daily_progress: readonly number[];
}

/** The greatest number of days after the first that may be asked for. */
export const MAX_WEEKLY_SPAN = 366;

export interface WeeklyQuestion {
  readonly start: Day;
  readonly end: Day;
  /** Days that the zone never had: shown as 0, so that the places in the list stay dates, and not counted. */
  readonly skipped: ReadonlySet<Day>;
}

export function weeklyStatistics(
  habits: readonly Habit[],
  logs: ReadonlyMap<string, HabitLog>,
  { start, end, skipped }: WeeklyQuestion,
): WeeklyStatistics {
  const days: Day[] = [];
  for (let day = start; day <= end && day <= start + MAX_WEEKLY_SPAN; day += 1) days.push(day);
  const counted = days.filter((day) => !skipped.has(day)).length;
  const answers = habits.map((habit) => weeklyHabit(habit, logs.get(habit.id), days, counted));
  const achieved = answers.reduce((sum, { days_completed }) => sum + days_completed, 0);
  return {
    start_date: dayToText(start),
    end_date: dayToText(end),
    total_habits: habits.length,
    overall_completion_rate: percent(achieved, counted * habits.length),
    habits: answers,
  };
}

function weeklyHabit(
  habit: Habit,
  log: HabitLog | undefined,
  days: readonly Day[],
  counted: number,
): WeeklyHabit {
  const progress = days.map((day) => log?.get(day)?.total ?? 0);
  const achieved = progress.filter((total) => total >= habit.targetValue).length;
  const total = progress.reduce((sum, value) => sum + Math.round(value * 1000), 0) / 1000;
  return {
    habit_id: habit.id,
    habit_title: habit.title,
    color: habit.color,
    icon: habit.icon,
    target_value: habit.targetValue,
    unit: habit.unit,
    total_value: total,
    completion_rate: percent(achieved, counted),
    days_completed: achieved,
    daily_progress: progress,
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
