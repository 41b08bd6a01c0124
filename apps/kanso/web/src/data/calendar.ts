// By which calendar everything is shown: the person's zone, day and week, and which day it is now.

import {
  type Calendar,
  type Circumstance,
  createCalendar,
  DEFAULT_SETTINGS,
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
  const zone = settings.zone ?? deviceZone();
  const { dayStartHour } = settings;
  const nowMs = useDay(zone, dayStartHour);
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

/** A moment of today, which stays the same until the day is another one. */
function useDay(zone: string, dayStartHour: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const dayOf = (ms: number) =>
      createCalendar({ ...DEFAULT_SETTINGS, zone, dayStartHour, nowMs: ms, vacations: [] }).today;
    const look = () => setNowMs((held) => (dayOf(held) === dayOf(Date.now()) ? held : Date.now()));
    look();
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [zone, dayStartHour]);
  return nowMs;
}
