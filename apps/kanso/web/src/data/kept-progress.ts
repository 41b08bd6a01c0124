// Progress of many habits over the same days: counted again only for those about which something has changed.

import {
  type Calendar,
  type Day,
  type DayProgress,
  dailyProgress,
  type Habit,
  type HabitLog,
} from "@syncline/kanso-domain";

interface Kept {
  readonly log: HabitLog;
  readonly calendar: Calendar;
  readonly from: Day;
  readonly to: Day;
  readonly days: readonly DayProgress[];
}

/** The same as the domain's `dailyProgress`; the same object as long as nothing has changed. */
export type ProgressOf = (
  habit: Habit,
  log: HabitLog,
  calendar: Calendar,
  range: { readonly from: Day; readonly to: Day },
) => readonly DayProgress[];

/** One for each place that shows one range of days at a time. */
export function createProgressOf(): ProgressOf {
  const kept = new WeakMap<Habit, Kept>();
  return (habit, log, calendar, { from, to }) => {
    const held = kept.get(habit);
    if (
      held !== undefined &&
      held.log === log &&
      held.calendar === calendar &&
      held.from === from &&
      held.to === to
    )
      return held.days;
    const days = dailyProgress(habit, log, calendar, { from, to });
    kept.set(habit, { log, calendar, from, to, days });
    return days;
  };
}
