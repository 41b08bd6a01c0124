// Entries as a diary: by months, the latest first, a line for each day.

import {
  type Calendar,
  type Day,
  dayOfEntry,
  type Entry,
  type HabitLog,
  startOfMonth,
} from "@syncline/kanso-domain";

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
  const notes = new Map<Day, string>();
  for (const entry of entries) {
    if (entry.notes === "") continue;
    const day = dayOfEntry(entry, calendar);
    const held = notes.get(day);
    notes.set(day, held === undefined ? entry.notes : `${held}\n${entry.notes}`);
  }
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
