// What is due on a day, and how far each of it got.

import {
  type Calendar,
  type Day,
  type DayProgress,
  dailyProgress,
  type Habit,
  type HabitLog,
  type Streak,
} from "@syncline/kanso-domain";
import { useEffect, useMemo, useState } from "react";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { inSlices } from "../../data/slices.ts";
import { heldStreakOf, isStreakOld, keptStreakOf } from "../../data/streaks.ts";

export interface DueHabit {
  readonly habit: Habit;
  readonly progress: DayProgress;
  readonly streak: Streak;
}

interface DueHabits {
  readonly ready: boolean;
  /** There are no habits at all. */
  readonly none: boolean;
  readonly rows: readonly DueHabit[];
}

const NO_STREAK: Streak = { current: 0, longest: 0, unit: "days" };
const NO_HABITS: readonly Habit[] = [];

/** No rows until something is known of what was done: nobody is to see a habit undone that is not. */
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
    const rows = (ready ? habits : NO_HABITS).flatMap((habit): DueHabit[] => {
      const row = rowOf(habit, logs.logOf(habit.id), calendar, day);
      return row === undefined ? [] : [row];
    });
    return { ready, none: habits.length === 0, rows };
  }, [ready, habits, logs, calendar, day, rowOf, streaksCounted]);
}

interface Held {
  readonly log: HabitLog;
  readonly calendar: Calendar;
  readonly day: Day;
  row: DueHabit | undefined;
}

/** A row stays the same object as long as it shows the same. */
function createRowOf() {
  const held = new WeakMap<Habit, Held>();
  return (habit: Habit, log: HabitLog, calendar: Calendar, day: Day): DueHabit | undefined => {
    const streak = heldStreakOf(habit) ?? NO_STREAK;
    let one = held.get(habit);
    if (one?.log !== log || one.calendar !== calendar || one.day !== day) {
      one = { log, calendar, day, row: rowFor(habit, log, calendar, day) };
      held.set(habit, one);
    }
    if (one.row !== undefined && one.row.streak !== streak) one.row = { ...one.row, streak };
    return one.row;
  };
}

function rowFor(habit: Habit, log: HabitLog, calendar: Calendar, day: Day): DueHabit | undefined {
  const [progress] = dailyProgress(habit, log, calendar, { from: day, to: day });
  if (progress === undefined) return undefined;
  const { due, done, skipped, total } = progress;
  // What was done stays in view, due or not.
  if (!due && !done && !skipped && total === 0) return undefined;
  return { habit, progress, streak: NO_STREAK };
}
