// Which week is shown, at the edges of years and with any beginning.

import { dayToText, parseDay } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { weekOfDay } from "./week-days.ts";

const day = (text: string) => parseDay(text) ?? Number.NaN;

test.each([
  ["2026-11-21", 1, "2026-11-16", "2026-11-22"],
  ["2026-11-21", 0, "2026-11-15", "2026-11-21"],
  ["2026-11-21", 6, "2026-11-21", "2026-11-27"],
  ["2026-01-01", 1, "2025-12-29", "2026-01-04"],
  ["2023-01-01", 1, "2022-12-26", "2023-01-01"],
  ["2024-02-29", 0, "2024-02-25", "2024-03-02"],
])("%s lies, with weeks from %d, in %s to %s", (text, weekStart, from, to) => {
  const week = weekOfDay(day(text), { today: day("2027-06-01"), weekStart });
  expect([week.from, week.to].map(dayToText)).toEqual([from, to]);
  expect(week.days).toHaveLength(7);
});

test("no week after that of today is shown", () => {
  const calendar = { today: day("2026-11-21"), weekStart: 1 };
  expect(weekOfDay(day("2030-01-01"), calendar)).toEqual(weekOfDay(calendar.today, calendar));
});
