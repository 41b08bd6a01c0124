// How much of what a time asks of all habits together is done.

import { addUp, type Calendar, type Day, type Habit } from "@syncline/kanso-domain";
import type { Logs } from "./entries.ts";
import type { ProgressOf } from "./kept-progress.ts";

interface RateInput {
  readonly habits: readonly Habit[];
  readonly logs: Pick<Logs, "logOf">;
  readonly calendar: Calendar;
  /** A place of its own to keep what was worked out. */
  readonly progressOf: ProgressOf;
}

/** Percent; null where nothing is asked. */
export function weekRate(
  { habits, logs, calendar, progressOf }: RateInput,
  week: { readonly from: Day; readonly to: Day },
): number | null {
  const days = habits.flatMap((habit) => progressOf(habit, logs.logOf(habit.id), calendar, week));
  return days.length === 0 ? null : addUp(days).rate;
}
