// Entries as a diary: by months, the latest first, a line for each day.

import {
  type Calendar,
  type Day,
  type Entry,
  type HabitLog,
  type LoggedDay,
  startOfMonth,
} from "@syncline/kanso-domain";
import { notesByDay } from "../../data/day-notes.ts";

export interface HistoryDay {
  readonly day: Day;
  readonly total: number;
  readonly skipped: boolean;
  readonly notes: string;
}

export interface HistoryMonth {
  readonly first: Day;
  readonly days: readonly HistoryDay[];
}

const NOTHING: LoggedDay = { total: 0, logs: 0, skipped: false };

/** @param log what the entries add up to */
export function historyOf(
  entries: readonly Entry[],
  log: HabitLog,
  calendar: Calendar,
): readonly HistoryMonth[] {
  const notes = notesByDay(entries, calendar);
  const months: { first: Day; days: HistoryDay[] }[] = [];
  const days = new Set([...notes.keys(), ...[...log].map(([day]) => day)]);
  for (const day of [...days].sort((a, b) => b - a)) {
    const { total, logs, skipped } = log.get(day) ?? NOTHING;
    const first = startOfMonth(day);
    let month = months.at(-1);
    if (month?.first !== first) {
      month = { first, days: [] };
      months.push(month);
    }
    const isSkipped = skipped && logs === 0;
    month.days.push({ day, total, skipped: isSkipped, notes: notes.get(day) ?? "" });
  }
  return months;
}
