// The sheet of a day of a habit: the day that it was opened for, whatever day it becomes meanwhile.

import {
  type Calendar,
  type Day,
  dailyProgress,
  type Habit,
  type HabitLog,
} from "@syncline/kanso-domain";
import { useMemo } from "react";
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
  const [progress] = useMemo(
    () => dailyProgress(habit, log, calendar, { from: day, to: day }),
    [habit, day, log, calendar],
  );
  if (progress === undefined) return null;
  return <EntrySheet habit={habit} progress={progress} day={day} onClose={onClose} />;
}
