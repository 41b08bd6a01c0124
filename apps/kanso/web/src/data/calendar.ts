// By which calendar everything is shown: the person's zone, day and week, and which day it is now.

import {
  type Calendar,
  type Circumstance,
  createCalendar,
  DEFAULT_SETTINGS,
  dayAt,
  readSettings,
  type Settings,
  type Vacation,
} from "@syncline/kanso-domain";
import { useEffect, useMemo, useState } from "react";
import { localeWeekStart } from "../i18n/week.ts";
import { SETTINGS_ID, useQuery, useRecord } from "./collections.ts";

/** What was set; where nothing was, weeks begin as they do where the person is. */
export function useSettings(): Settings {
  const { row } = useRecord("settings", SETTINGS_ID);
  return useMemo(() => {
    const weekStart = localeWeekStart();
    if (row === undefined) return { ...DEFAULT_SETTINGS, weekStart };
    return readSettings({ ...row, weekStart: row.weekStart ?? weekStart });
  }, [row]);
}

export function useVacations(): readonly Vacation[] {
  return useQuery("vacations", { orderBy: "from" }).rows;
}

/** The calendar of now: a new one when the day changes. */
export function useCalendar(): Calendar {
  const settings = useSettings();
  const vacations = useVacations();
  const { zone, nowMs } = useNow(settings.zone, settings.dayStartHour);
  return useMemo(
    () => createCalendar({ ...settings, zone, vacations, nowMs }),
    [settings, vacations, zone, nowMs],
  );
}

/** Where and when something is done that is done now. */
export function circumstanceOf(settings: Settings): Circumstance {
  return {
    nowMs: Date.now(),
    zone: settings.zone ?? deviceZone(),
    dayStartHour: settings.dayStartHour,
  };
}

function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const LOOK_MS = 20_000;

interface Now {
  readonly zone: string;
  readonly nowMs: number;
}

/** A moment of today where the person is, which stays the same until the day or the zone is another one. */
function useNow(settledZone: string | null, dayStartHour: number): Now {
  const [now, setNow] = useState<Now>(() => ({
    zone: settledZone ?? deviceZone(),
    nowMs: Date.now(),
  }));
  useEffect(() => {
    const dayOf = ({ zone, nowMs }: Now) => dayAt(nowMs, zone, dayStartHour);
    const look = () => {
      const next = { zone: settledZone ?? deviceZone(), nowMs: Date.now() };
      setNow((held) => (held.zone === next.zone && dayOf(held) === dayOf(next) ? held : next));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    // A phone that was asleep fires no timers; who wakes it sees today.
    const events = new AbortController();
    const { signal } = events;
    document.addEventListener("visibilitychange", look, { signal });
    addEventListener("pageshow", look, { signal });
    addEventListener("focus", look, { signal });
    return () => {
      clearInterval(timer);
      events.abort();
    };
  }, [settledZone, dayStartHour]);
  return now;
}
