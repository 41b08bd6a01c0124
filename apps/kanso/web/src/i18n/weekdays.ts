// The days of the week in the order of the person, with their names.

import { type Day, weekdayOf } from "@syncline/kanso-domain";

export interface Weekday {
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Such as "Sat". */
  readonly short: string;
  /** Such as "Saturday". */
  readonly long: string;
}

const DAY_MS = 86_400_000;

/** @param weekStart the weekday that comes first; 0 is Sunday */
export function weekdaysOf(locale: string, weekStart: number): readonly Weekday[] {
  const [short, long] = (["short", "long"] as const).map(
    (weekday) => new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" }),
  );
  return Array.from({ length: 7 }, (_, index): Weekday => {
    const day: Day = 3 + weekStart + index; // the first Sunday of 1970 was the third day after its first
    const date = new Date(day * DAY_MS);
    return {
      weekday: weekdayOf(day),
      short: short?.format(date) ?? "",
      long: long?.format(date) ?? "",
    };
  });
}
