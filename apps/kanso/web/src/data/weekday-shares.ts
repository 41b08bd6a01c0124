// On which weekdays it goes well.

import { groupBy } from "@syncline/core";
import { addUp, type DayProgress, weekdayOf } from "@syncline/kanso-domain";

/** For each weekday, Sunday first: percent of what was asked for on it that was done; null where nothing was. */
export function weekdayShares(days: Iterable<DayProgress>): readonly (number | null)[] {
  const groups = groupBy(days, ({ day }) => weekdayOf(day));
  return [0, 1, 2, 3, 4, 5, 6].map((weekday) => {
    const those = groups.get(weekday);
    return those === undefined ? null : addUp(those).rate;
  });
}
