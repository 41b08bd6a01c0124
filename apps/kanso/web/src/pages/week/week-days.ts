// Which week is shown.

import { type Day, startOfWeek } from "@syncline/kanso-domain";

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
