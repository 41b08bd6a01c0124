// Entries, and what they add up to.

import type { Calendar, Day, Entry } from "@syncline/kanso-domain";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useCalendar } from "./calendar.ts";
import { useClient } from "./collections.ts";
import { notesByDay } from "./day-notes.ts";
import { type Logs, logStoreOf } from "./log-store.ts";
import { useSource } from "./source.ts";

export type { Logs } from "./log-store.ts";

/** The entries of one habit; undefined until they were read. */
export function useEntries(habitId: string): readonly Entry[] | undefined {
  const store = logStoreOf(useClient());
  return useSyncExternalStore(store.subscribe, () => store.getSnapshot().entriesOf(habitId));
}

/** The log of every habit. */
export function useLogs({ zone, dayStartHour }: Calendar): Logs {
  const store = logStoreOf(useClient());
  useEffect(() => store.turnTo({ zone, dayStartHour }), [store, zone, dayStartHour]);
  return useSource(store);
}

/** What was noted on a day; undefined until it was read. */
export function useDayNotes(habitId: string, day: Day): string | undefined {
  const entries = useEntries(habitId);
  const calendar = useCalendar();
  return useMemo(
    () => entries && (notesByDay(entries, calendar).get(day) ?? ""),
    [entries, calendar, day],
  );
}
