// What is due on a day, and how far each of it got.

import {
  type Calendar,
  type Day,
  type DayProgress,
  dailyProgress,
  type Habit,
  type HabitLog,
  type Standing,
  type Streak,
  standingOf,
} from "@syncline/kanso-domain";
import { useEffect, useMemo, useState } from "react";
import { type Logs, useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { inSlices } from "../../data/slices.ts";
import { heldStreakOf, isStreakOld, keptStreakOf } from "../../data/streaks.ts";

export interface DueHabit {
  /** False while it is not known yet what was done: then it is not said either. */
  readonly isKnown: boolean;
  readonly habit: Habit;
  readonly progress: DayProgress;
  /** Where it is counted by more than a day. */
  readonly standing: Standing;
  readonly streak: Streak;
}

interface DueHabits {
  /** Everything is known. */
  readonly ready: boolean;
  /** There are no habits at all. */
  readonly none: boolean;
  readonly rows: readonly DueHabit[];
}

const NO_STREAK: Streak = { current: 0, longest: 0, unit: "days" };
const NO_HABITS: readonly Habit[] = [];

/** Where nothing was kept of the last time, habits come first, and what was done of them once it was read. */
export function useDueHabits(calendar: Calendar, day: Day): DueHabits {
  const { ready: habitsReady, habits } = useHabits();
  const logs = useLogs(calendar);
  const ready = habitsReady && logs.ready;
  const [rowOf] = useState(createRowOf);
  const [streaksCounted, setStreaksCounted] = useState(0);

  // Streaks need all of the past: they are counted once the day itself is on the screen.
  useEffect(() => {
    if (!ready) return;
    const old = habits.filter((habit) => isStreakOld(habit, logs.logOf(habit.id), calendar));
    if (old.length === 0) return;
    return inSlices(
      old,
      (habit) => keptStreakOf(habit, logs.logOf(habit.id), calendar),
      () => setStreaksCounted((times) => times + 1),
    );
  }, [ready, habits, logs, calendar]);

  // Once streaks were counted, rows show them.
  return useMemo(() => {
    const rows = (habitsReady && logs.begun ? habits : NO_HABITS).flatMap((habit): DueHabit[] => {
      const row = rowOf(habit, logs, calendar, day);
      return row === undefined ? [] : [row];
    });
    return { ready, none: habits.length === 0, rows };
  }, [ready, habitsReady, habits, logs, calendar, day, rowOf, streaksCounted]);
}

interface Held {
  readonly isKnown: boolean;
  readonly log: HabitLog;
  readonly calendar: Calendar;
  readonly day: Day;
  row: DueHabit | undefined;
}

/** A row stays the same object as long as it shows the same. */
function createRowOf() {
  const held = new WeakMap<Habit, Held>();
  return (habit: Habit, logs: Logs, calendar: Calendar, day: Day): DueHabit | undefined => {
    const log = logs.logOf(habit.id);
    const isKnown = logs.isKnown(habit.id);
    const streak = heldStreakOf(habit) ?? NO_STREAK;
    let one = held.get(habit);
    const isSame = one?.log === log && one.isKnown === isKnown;
    if (one === undefined || !isSame || one.calendar !== calendar || one.day !== day) {
      const row = rowFor(habit, log, calendar, day);
      one = { isKnown, log, calendar, day, row: row && { ...row, isKnown } };
      held.set(habit, one);
    }
    if (one.row !== undefined && one.row.streak !== streak) one.row = { ...one.row, streak };
    return one.row;
  };
}

function rowFor(
  habit: Habit,
  log: HabitLog,
  calendar: Calendar,
  day: Day,
): Omit<DueHabit, "isKnown"> | undefined {
  const [progress] = dailyProgress(habit, log, calendar, { from: day, to: day });
  if (progress === undefined) return undefined;
  const { open, done, skipped, logged } = progress;
  // What was entered stays in view, whether it was planned or not.
  if (!open && !done && !skipped && !logged) return undefined;
  return { habit, progress, standing: standingOf(habit, log, calendar, day), streak: NO_STREAK };
}
