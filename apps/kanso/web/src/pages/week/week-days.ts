// Which week is shown, and what of it is done.

import { addUp, type Day, type DayProgress, startOfWeek } from "@syncline/kanso-domain";

export interface ShownWeek {
  readonly from: Day;
  readonly to: Day;
  readonly days: readonly Day[];
}

/** The week that a day lies in; none later than that of today. */
export function weekOfDay(
  day: Day,
  { today, weekStart }: { readonly today: Day; readonly weekStart: number },
): ShownWeek {
  const from = startOfWeek(Math.min(day, today), weekStart);
  return { from, to: from + 6, days: [0, 1, 2, 3, 4, 5, 6].map((place) => from + place) };
}

/** How much of what the week has asked so far is done, of all habits together; null where nothing was asked. */
export function rateOf(weeks: readonly (readonly DayProgress[])[]): number | null {
  const days = weeks.flat();
  return days.length === 0 ? null : addUp(days).rate;
}
