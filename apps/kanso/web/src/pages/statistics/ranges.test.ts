// The times of the statistics, seen from the first days of years and weeks.

import { dayToText, parseDay } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { rangeOf } from "./ranges.ts";

const day = (text: string) => parseDay(text) ?? Number.NaN;
const FIRST = day("2021-03-10");

test.each([
  ["week", "2026-01-01", "2025-12-29", "day"],
  ["month", "2026-03-31", "2026-03-01", "day"],
  ["quarter", "2026-11-21", "2026-08-17", "week"],
  ["year", "2026-12-31", "2026-01-01", "month"],
  ["all", "2026-11-21", "2021-03-01", "year"],
  ["all", "2022-11-21", "2021-03-01", "month"],
] as const)("%s on %s is from %s, by the %s", (name, today, from, period) => {
  const range = rangeOf(name, { today: day(today), weekStart: 1 }, FIRST);
  expect([dayToText(range.from), dayToText(range.to), range.period]).toEqual([from, today, period]);
});

test("a habit that begins later than today makes no range that ends before it begins", () => {
  const { from, to } = rangeOf("all", { today: FIRST, weekStart: 1 }, FIRST + 100);
  expect(from).toBeLessThanOrEqual(to);
});
