// The times that statistics are shown for.

import {
  type Calendar,
  type Day,
  type Period,
  startOfMonth,
  startOfWeek,
  startOfYear,
} from "@syncline/kanso-domain";

export const RANGES = ["week", "month", "quarter", "year", "all"] as const;
export type RangeName = (typeof RANGES)[number];

/** No answer looks farther back. */
const MAX_DAYS = 3_660;
const QUARTER_DAYS = 90;

interface Range {
  readonly from: Day;
  readonly to: Day;
  /** By what its course is shown. */
  readonly period: Period;
}

/** @param first the first day of which anything is known */
export function rangeOf(
  name: RangeName,
  { today, weekStart }: Pick<Calendar, "today" | "weekStart">,
  first: Day,
): Range {
  switch (name) {
    case "week":
      return { from: startOfWeek(today, weekStart), to: today, period: "day" };
    case "month":
      return { from: startOfMonth(today), to: today, period: "day" };
    case "quarter":
      return { from: startOfWeek(today - QUARTER_DAYS, weekStart), to: today, period: "week" };
    case "year":
      return { from: startOfYear(today), to: today, period: "month" };
    case "all": {
      const from = startOfMonth(Math.max(today - MAX_DAYS, Math.min(first, today)));
      return { from, to: today, period: today - from > 1_500 ? "year" : "month" };
    }
    default:
      return name satisfies never;
  }
}
