// All habits together: what was asked and met on each day, as the server's statistics add it up.

import {
  addUp,
  type Calendar,
  type Day,
  type DayProgress,
  type Habit,
  type Progress,
  type Streak,
} from "@syncline/kanso-domain";
import { startTransition, useEffect, useMemo, useState } from "react";
import type { Logs } from "./entries.ts";
import { createProgressOf } from "./kept-progress.ts";
import { inSlices } from "./slices.ts";
import { keptStreakOf } from "./streaks.ts";

export interface OverviewInput {
  readonly habits: readonly Habit[];
  readonly logs: Logs;
  readonly calendar: Calendar;
}

export interface HabitOverview {
  readonly habit: Habit;
  readonly progress: Progress;
  readonly streak: Streak;
}

export interface Overview {
  /** Of every day, all habits added up. */
  readonly days: readonly DayProgress[];
  readonly habits: readonly HabitOverview[];
}

/**
 * Undefined until it is worked out for the first time: habit after habit, so that the page stays responsive
 * with years of entries. While something changes, the one before stays.
 */
export function useOverview(
  { habits, logs, calendar }: OverviewInput,
  { from, to }: { readonly from: Day; readonly to: Day },
): Overview | undefined {
  const [overview, setOverview] = useState<Overview>();
  const [progressOf] = useState(createProgressOf);
  const range = useMemo(() => ({ from, to }), [from, to]);
  useEffect(() => {
    if (!logs.ready) return;
    const gathered: { habit: Habit; days: readonly DayProgress[]; streak: Streak }[] = [];
    return inSlices(
      habits,
      (habit) => {
        const log = logs.logOf(habit.id);
        const days = progressOf(habit, log, calendar, range);
        gathered.push({ habit, days, streak: keptStreakOf(habit, log, calendar) });
      },
      () => {
        const all = gathered.map(({ days }) => days);
        const made = {
          days: sumByDay(all),
          habits: gathered.map(({ habit, days, streak }) => {
            const progress = addUp(days);
            return { habit, streak, progress };
          }),
        };
        // What it is shown with is drawn as the page has time for it.
        startTransition(() => setOverview(made));
      },
    );
  }, [habits, logs, calendar, range, progressOf]);
  return overview;
}

/** Each day with what it asks of all habits. @param habits each with the same days */
export function sumByDay(habits: readonly (readonly DayProgress[])[]): readonly DayProgress[] {
  const [first = []] = habits;
  return first.map(({ day }, place) => {
    let [asked, met] = [0, 0];
    for (const days of habits) {
      asked += days[place]?.asked ?? 0;
      met += days[place]?.met ?? 0;
    }
    return { ...OF_ALL, day, asked, met };
  });
}

/** What is said of one habit's day, and of no sum of them. */
const OF_ALL = { total: 0, done: false, skipped: false, logged: false, limit: false, open: false };
