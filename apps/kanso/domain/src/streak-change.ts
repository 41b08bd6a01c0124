// When a streak becomes another one although nobody writes anything: because days pass.

import type { Calendar } from "./calendar.ts";
import type { Day } from "./day.ts";
import type { Habit } from "./habit.ts";
import type { HabitLog } from "./habit-log.ts";
import { streakOf } from "./streak.ts";

/** Two weeks: what is asked for by the week has ended by then, and most else. */
const LOOK_AHEAD = 14;

/**
 * The first day that begins with another streak than today's, if nothing is written until then; or, where two weeks bring
 * no change, the day on which to look again. Null where no day will ever change it.
 */
export function nextStreakChange(habit: Habit, log: HabitLog, calendar: Calendar): Day | null {
  const { today } = calendar;
  const now = streakOf(habit, log, calendar);
  const grows = habit.targetType === "at_most";
  if (now.current === 0 && !grows && !hasLater(log, today)) return null;
  for (let day = today + 1; day < today + LOOK_AHEAD; day += 1) {
    const then = streakOf(habit, log, { ...calendar, today: day });
    if (then.current !== now.current || then.longest !== now.longest) return day;
  }
  return today + LOOK_AHEAD;
}

function hasLater(log: HabitLog, today: Day): boolean {
  for (const [day, { logs }] of log) if (day > today && logs > 0) return true;
  return false;
}
