// A year as weeks, whatever weekday it begins on, and whichever weeks begin on.

import { dateOfDay, dayOfDate, weekdayOf } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { yearLayout } from "./year-layout.ts";

const YEARS = Array.from({ length: 28 }, (_, index) => 2010 + index);
const WEEK_STARTS = [0, 1, 6];

test.each(WEEK_STARTS)(
  "with weeks that begin on %d each day has one place, in its row",
  (start) => {
    for (const year of YEARS) {
      const { rows, first, last } = yearLayout(year, start);
      expect(rows).toHaveLength(7);
      const days = rows.flatMap((row, place) =>
        row.flatMap((day) => {
          if (day === undefined) return [];
          expect((weekdayOf(day) - start + 7) % 7).toBe(place);
          return [day];
        }),
      );
      expect(days.sort((a, b) => a - b)).toEqual(
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      expect([dateOfDay(first).year, dateOfDay(last).month]).toEqual([year, 12]);
    }
  },
);

test.each(WEEK_STARTS)(
  "with weeks that begin on %d the months fill the columns, and none is lost",
  (start) => {
    for (const year of YEARS) {
      const { rows, months } = yearLayout(year, start);
      expect(months.map(({ first }) => dateOfDay(first).month)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
      ]);
      expect(months.every(({ columns }) => columns >= 3)).toBe(true);
      const columns = months.reduce((sum, month) => sum + month.columns, 0);
      expect(columns).toBe(rows[0]?.length);
      expect([53, 54]).toContain(columns);
    }
  },
);

test("2026 begins on a Thursday, and so does its first column with Mondays first", () => {
  const { rows } = yearLayout(2026, 1);
  const newYear = dayOfDate(2026, 1, 1);
  expect(rows.map((row) => row[0])).toEqual([
    undefined,
    undefined,
    undefined,
    newYear,
    newYear + 1,
    newYear + 2,
    newYear + 3,
  ]);
});

test("a leap year that begins on the last day of a week has 54 columns", () => {
  expect(yearLayout(2000, 0).rows[0]).toHaveLength(54);
});
