// What is due on a day, and how far each of it got.

import {
  type Calendar,
  type Day,
  type DayProgress,
  dailyProgress,
  type Habit,
  type Streak,
} from "@syncline/kanso-domain";
import { useMemo } from "react";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { keptStreakOf } from "../../data/streaks.ts";

export interface DueHabit {
  readonly habit: Habit;
  readonly progress: DayProgress;
  readonly streak: Streak;
}

interface DueHabits {
  readonly ready: boolean;
  /** There are no habits at all. */
  readonly none: boolean;
  readonly rows: readonly DueHabit[];
}

export function useDueHabits(calendar: Calendar, day: Day): DueHabits {
  const { ready: habitsReady, habits } = useHabits();
  const { ready: logsReady, logOf } = useLogs(calendar);
  return useMemo(() => {
    const rows = habits.flatMap((habit): DueHabit[] => {
      const log = logOf(habit.id);
      const [progress] = dailyProgress(habit, log, calendar, { from: day, to: day });
      if (progress === undefined) return [];
      const { due, done, skipped, total } = progress;
      // What was done stays in view, due or not.
      if (!due && !done && !skipped && total === 0) return [];
      return [{ habit, progress, streak: keptStreakOf(habit, log, calendar) }];
    });
    return { ready: habitsReady && logsReady, none: habits.length === 0, rows };
  }, [habitsReady, logsReady, habits, logOf, calendar, day]);
}
