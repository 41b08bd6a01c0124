// The sheet of a day, for pages that show other days than today's page does.

import {
  type Calendar,
  type Day,
  dailyProgress,
  type Habit,
  type HabitLog,
} from "@syncline/kanso-domain";
import { useMemo } from "react";
import { keptStreakOf } from "../../data/streaks.ts";
import { EntrySheet } from "./entry-sheet.tsx";
import "./today.css";

interface DaySheetProps {
  readonly habit: Habit;
  readonly day: Day;
  readonly log: HabitLog;
  readonly calendar: Calendar;
  onClose(): void;
}

export function DaySheet({ habit, day, log, calendar, onClose }: DaySheetProps) {
  const row = useMemo(() => {
    const [progress] = dailyProgress(habit, log, calendar, { from: day, to: day });
    return (
      progress && { isKnown: true, habit, progress, streak: keptStreakOf(habit, log, calendar) }
    );
  }, [habit, day, log, calendar]);
  return row === undefined ? null : <EntrySheet row={row} day={day} onClose={onClose} />;
}
