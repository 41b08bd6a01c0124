// Which habit goes best.

import type { HabitOverview } from "../../data/overview.ts";

/** By what was met of what was asked, then by the streak; those of which nothing was asked come last. */
export function rankHabits(habits: readonly HabitOverview[]): readonly HabitOverview[] {
  return [...habits].sort(
    (a, b) =>
      (b.progress.rate ?? -1) - (a.progress.rate ?? -1) ||
      b.streak.current - a.streak.current ||
      a.habit.sortOrder - b.habit.sortOrder,
  );
}
