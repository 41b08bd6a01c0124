// On which weekdays it goes well.

import type { Day, DayProgress } from "@syncline/kanso-domain";

/** For each weekday, Sunday first: percent of the days to do it on that were done; null where there were none. */
export function weekdayShares(
  days: Iterable<Pick<DayProgress, "day" | "due" | "done" | "skipped" | "asked">>,
  weekdayOf: (day: Day) => number,
): readonly (number | null)[] {
  const done = [0, 0, 0, 0, 0, 0, 0];
  const all = [0, 0, 0, 0, 0, 0, 0];
  for (const progress of days) {
    // Today counts once it is done, as everywhere.
    if (!progress.done && (!progress.due || progress.skipped || progress.asked === 0)) continue;
    const weekday = weekdayOf(progress.day);
    all[weekday] = (all[weekday] ?? 0) + 1;
    if (progress.done) done[weekday] = (done[weekday] ?? 0) + 1;
  }
  return all.map((count, weekday) => (count === 0 ? null : ((done[weekday] ?? 0) / count) * 100));
}
