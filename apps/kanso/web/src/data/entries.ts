// Entries, and what they add up to. Of the logs of many years only those are made anew whose entries have changed.

import {
  type Calendar,
  type Day,
  dayOfEntry,
  type Entry,
  type HabitLog,
  logsOf,
} from "@syncline/kanso-domain";
import { useMemo, useRef } from "react";
import { useCalendar } from "./calendar.ts";
import { useQuery } from "./collections.ts";

export const EMPTY_LOG: HabitLog = new Map();

export interface Logs {
  readonly ready: boolean;
  /** By the habit's id; the same object as long as nothing about it has changed. */
  logOf(habitId: string): HabitLog;
}

/** The entries of one habit. */
export function useEntries(habitId: string): {
  readonly ready: boolean;
  readonly entries: readonly Entry[];
} {
  const { ready, rows } = useQuery("entries", { where: { habitId }, orderBy: "-at" });
  return { ready, entries: rows };
}

/** The log of every habit. */
export function useLogs(calendar: Calendar): Logs {
  const { ready, rows } = useQuery("entries");
  const { zone, dayStartHour } = calendar;
  const held = useRef<Held>({ zone, dayStartHour, byHabit: new Map() });
  return useMemo(() => {
    held.current = logsAnew(rows, { zone, dayStartHour }, held.current);
    const { byHabit } = held.current;
    return { ready, logOf: (habitId) => byHabit.get(habitId)?.log ?? EMPTY_LOG };
  }, [ready, rows, zone, dayStartHour]);
}

interface Where {
  readonly zone: string;
  readonly dayStartHour: number;
}

interface Held extends Where {
  readonly byHabit: ReadonlyMap<
    string,
    { readonly entries: readonly Entry[]; readonly log: HabitLog }
  >;
}

function logsAnew(entries: readonly Entry[], where: Where, held: Held): Held {
  const grouped = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = grouped.get(entry.habitId);
    if (group === undefined) grouped.set(entry.habitId, [entry]);
    else group.push(entry);
  }
  const sameDays = held.zone === where.zone && held.dayStartHour === where.dayStartHour;
  const byHabit = new Map<string, { entries: readonly Entry[]; log: HabitLog }>();
  for (const [habitId, group] of grouped) {
    const before = sameDays ? held.byHabit.get(habitId) : undefined;
    byHabit.set(
      habitId,
      before !== undefined && isSame(before.entries, group)
        ? before
        : { entries: group, log: logsOf(group, where).get(habitId) ?? EMPTY_LOG },
    );
  }
  return { ...where, byHabit };
}

/** Rows are the same objects while nothing about them has changed. */
function isSame(one: readonly Entry[], other: readonly Entry[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

/** What was noted on a day. */
export function useDayNotes(habitId: string, day: Day): string {
  const { entries } = useEntries(habitId);
  const calendar = useCalendar();
  return entries
    .filter((entry) => entry.notes !== "" && dayOfEntry(entry, calendar) === day)
    .map(({ notes }) => notes)
    .join("\n");
}
