// Days, months and lists as calendars write them: for pages that show many days at once.

import { type Day, dateOfDay } from "@syncline/kanso-domain";
import { useMemo } from "react";
import { useFormat } from "./index.tsx";

export interface CalendarFormat {
  /** Such as "12 March 2026". */
  fullDay(day: Day): string;
  /** Such as "12 Mar". */
  dayAndMonth(day: Day): string;
  /** Such as "Mar". */
  month(day: Day): string;
  /** Such as "March 2026". */
  monthOfYear(day: Day): string;
  /** Such as "12": never with words around it. */
  dayOfMonth(day: Day): string;
  /** Such as "Saturday". */
  weekday(day: Day): string;
  /** Such as "16 – 22 Nov 2026". */
  range(from: Day, to: Day): string;
  /** Such as "Monday, Tuesday and Friday". */
  list(items: readonly string[]): string;
  /** A number in a small place, such as "12.5K". */
  compact(value: number): string;
}

const made = new Map<string, CalendarFormat>();

export function useCalendarFormat(): CalendarFormat {
  const { locale } = useFormat();
  return useMemo(() => {
    const held = made.get(locale) ?? createCalendarFormat(locale);
    made.set(locale, held);
    return held;
  }, [locale]);
}

export function createCalendarFormat(locale: string): CalendarFormat {
  const formatOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const days = (options: Intl.DateTimeFormatOptions) => {
    const format = formatOf(options);
    return (day: Day) => format.format(dateOf(day));
  };
  const ranges = formatOf({ day: "numeric", month: "short", year: "numeric" });
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });
  const numbers = new Intl.NumberFormat(locale);
  const small = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  return {
    fullDay: days({ day: "numeric", month: "long", year: "numeric" }),
    dayAndMonth: days({ day: "numeric", month: "short" }),
    month: days({ month: "short" }),
    monthOfYear: days({ month: "long", year: "numeric" }),
    dayOfMonth: (day) => numbers.format(dateOfDay(day).dayOfMonth),
    weekday: days({ weekday: "long" }),
    range: (from, to) => ranges.formatRange(dateOf(from), dateOf(to)),
    list: (items) => lists.format(items),
    compact: (value) => small.format(value),
  };
}

function dateOf(day: Day): Date {
  const { year, month, dayOfMonth } = dateOfDay(day);
  return new Date(Date.UTC(year, month - 1, dayOfMonth));
}
