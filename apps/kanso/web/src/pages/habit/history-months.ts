// Entries as a diary: by months, the latest first, a line for each day.

import {
  type Calendar,
  type Day,
  type Entry,
  type HabitLog,
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

/** @param log what the entries add up to */
export function historyOf(
  entries: readonly Entry[],
  log: HabitLog,
  calendar: Calendar,
): readonly HistoryMonth[] {
  const notes = notesByDay(entries, calendar);
  const months: { first: Day; days: HistoryDay[] }[] = [];
  for (const [day, { total, logs, skipped }] of [...log].sort(([a], [b]) => b - a)) {
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
