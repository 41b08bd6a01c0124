// Streaks, counted again only when something about them has changed.

import {
  type Calendar,
  type Habit,
  type HabitLog,
  type Streak,
  streakOf,
} from "@syncline/kanso-domain";

interface Counted {
  readonly log: HabitLog;
  readonly calendar: Calendar;
  readonly streak: Streak;
}

const counted = new WeakMap<Habit, Counted>();

/** The same as the domain's `streakOf`. */
export function keptStreakOf(habit: Habit, log: HabitLog, calendar: Calendar): Streak {
  const held = counted.get(habit);
  if (held?.log === log && held.calendar === calendar) return held.streak;
  const streak = streakOf(habit, log, calendar);
  counted.set(habit, { log, calendar, streak });
  return streak;
}

/** The one that was counted last. */
export function heldStreakOf(habit: Habit): Streak | undefined {
  return counted.get(habit)?.streak;
}

/** Whether `keptStreakOf` would have to count. */
export function isStreakOld(habit: Habit, log: HabitLog, calendar: Calendar): boolean {
  const held = counted.get(habit);
  return held === undefined || held.log !== log || held.calendar !== calendar;
}
