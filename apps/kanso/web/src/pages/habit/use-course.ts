// The course of a habit from its first day on: what its figures and charts are made of.

import {
  addUp,
  type Calendar,
  createSchedule,
  type Day,
  type DayProgress,
  dailyProgress,
  type Habit,
  type HabitLog,
  type Progress,
  type Streak,
} from "@syncline/kanso-domain";
import { useMemo } from "react";
import { keptStreakOf } from "../../data/streaks.ts";

export interface Course {
  readonly first: Day;
  readonly today: Day;
  /** From the first day to today. */
  readonly days: readonly DayProgress[];
  readonly all: Progress;
  readonly streak: Streak;
}

export function useCourse(habit: Habit, log: HabitLog, calendar: Calendar): Course {
  return useMemo(() => {
    const { today } = calendar;
    const first = Math.min(today, createSchedule(habit, log, calendar).first);
    const days = dailyProgress(habit, log, calendar, { from: first, to: today });
    return { first, today, days, all: addUp(days), streak: keptStreakOf(habit, log, calendar) };
  }, [habit, log, calendar]);
}
