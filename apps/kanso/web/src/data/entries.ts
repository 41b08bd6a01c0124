// Entries, and what they add up to.

import { type Calendar, type Day, dayOfEntry, type Entry } from "@syncline/kanso-domain";
import { useEffect } from "react";
import { useCalendar } from "./calendar.ts";
import { useClient, useQuery } from "./collections.ts";
import { type Logs, logStoreOf } from "./log-store.ts";
import { useSource } from "./source.ts";

export type { Logs } from "./log-store.ts";

/** The entries of one habit. */
export function useEntries(habitId: string): {
  readonly ready: boolean;
  readonly entries: readonly Entry[];
} {
  const { ready, rows } = useQuery("entries", { where: { habitId }, orderBy: "-at" });
  return { ready, entries: rows };
}

/** The log of every habit. */
export function useLogs({ zone, dayStartHour }: Calendar): Logs {
  const store = logStoreOf(useClient());
  useEffect(() => store.turnTo({ zone, dayStartHour }), [store, zone, dayStartHour]);
  return useSource(store);
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
