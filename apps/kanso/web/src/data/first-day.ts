// Since when there is anything to look at.

import { type Calendar, type Day, dayAt, type Habit, parseDay } from "@syncline/kanso-domain";

/** The first day of the first habit; today where there is none. */
export function firstDayOf(
  habits: readonly Habit[],
  { today, zone, dayStartHour }: Pick<Calendar, "today" | "zone" | "dayStartHour">,
): Day {
  return habits.reduce((first, { startDay, startDate }) => {
    const told = startDay === null ? undefined : parseDay(startDay);
    const moment = Date.parse(startDate);
    const day = told ?? (Number.isNaN(moment) ? today : dayAt(moment, zone, dayStartHour));
    return Math.min(first, day);
  }, today);
}
