// How much of a week is done: people read it as what there was to do up to tonight, with all that is still open today.

import { addUp, type Calendar, type Day, type Habit } from "@syncline/kanso-domain";
import type { Logs } from "./entries.ts";
import type { ProgressOf } from "./kept-progress.ts";

interface WeekRateInput {
  readonly habits: readonly Habit[];
  readonly logs: Pick<Logs, "logOf">;
  readonly calendar: Calendar;
  /** A place of its own to keep what was worked out. */
  readonly progressOf: ProgressOf;
}

/**
 * Percent of what the week asks until tonight, of all habits together; null where it asks nothing. The server's
 * rates let today ask nothing before it is done: with one habit of four done on a Monday they say 100.
 */
export function weekRate(
  { habits, logs, calendar, progressOf }: WeekRateInput,
  week: { readonly from: Day; readonly to: Day },
): number | null {
  const tonight = tonightOf(calendar);
  const range = { from: week.from, to: Math.min(week.to, calendar.today) };
  const days = habits.flatMap((habit) => progressOf(habit, logs.logOf(habit.id), tonight, range));
  return days.length === 0 ? null : addUp(days).rate;
}

const tonights = new WeakMap<Calendar, Calendar>();

/** The calendar once today is over: the same object as long as the calendar is. */
function tonightOf(calendar: Calendar): Calendar {
  const held = tonights.get(calendar) ?? { ...calendar, today: calendar.today + 1 };
  tonights.set(calendar, held);
  return held;
}
