// What was done for a habit, by calendar days: entries added up, whatever their order.

import type { Day } from "./day.ts";
import { parseDay } from "./day.ts";
import type { Entry } from "./entry.ts";
import { parseMoment } from "./instant.ts";
import { toThousandths } from "./value.ts";
import { dayAt } from "./zone.ts";

export interface LoggedDay {
  /** What was logged, added up; 0 where only skipped. */
  readonly total: number;
  /** How many entries log something. */
  readonly logs: number;
  readonly skipped: boolean;
}

/** The days on which something was logged or skipped. A log never changes: another one takes its place. */
export interface HabitLog extends Iterable<readonly [Day, LoggedDay]> {
  get(day: Day): LoggedDay | undefined;
  /** How many days. */
  readonly size: number;
}

interface Where {
  readonly zone: string;
  readonly dayStartHour: number;
}

/** The day that an entry counts for: the one where it was made; where nobody said, the one where the reader is. */
export function dayOfEntry(entry: Pick<Entry, "day" | "at">, { zone, dayStartHour }: Where): Day {
  const told = entry.day === null ? undefined : parseDay(entry.day);
  return told ?? dayAt(parseMoment(entry.at)?.ms ?? 0, zone, dayStartHour);
}

/** Sorts entries by habit and day. */
export function logsOf(entries: Iterable<Entry>, where: Where): Map<string, HabitLog> {
  const logs = new Map<string, Map<Day, LoggedDay>>();
  for (const entry of entries) {
    if (entry.kind === "note") continue;
    let log = logs.get(entry.habitId);
    if (log === undefined) {
      log = new Map();
      logs.set(entry.habitId, log);
    }
    const day = dayOfEntry(entry, where);
    log.set(day, withEntry(log.get(day), entry));
  }
  return logs;
}

const NOTHING: LoggedDay = { total: 0, logs: 0, skipped: false };

function withEntry(day: LoggedDay = NOTHING, { kind, value }: Entry): LoggedDay {
  if (kind === "skip") return { ...day, skipped: true };
  return {
    total: (toThousandths(day.total) + toThousandths(value)) / 1000,
    logs: day.logs + 1,
    skipped: day.skipped,
  };
}
