// Calendar days, held against Temporal's own.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import {
  dateOfDay,
  dayToText,
  nextPeriod,
  parseDay,
  startOfMonth,
  startOfPeriod,
  startOfWeek,
  startOfYear,
  weekdayOf,
} from "./day.ts";

const anyDay = fc.integer({ min: -719_162, max: 2_932_896 }); // the years 1 to 9999

test("a day is the date that Temporal says, there and back", () => {
  const epoch = Temporal.PlainDate.from("1970-01-01");
  fc.assert(
    fc.property(anyDay, (day) => {
      const date = epoch.add({ days: day });
      expect(dayToText(day)).toBe(date.toString());
      expect(parseDay(date.toString())).toBe(day);
      expect(weekdayOf(day)).toBe(date.dayOfWeek % 7);
      expect(dateOfDay(startOfMonth(day))).toEqual({ ...dateOfDay(day), dayOfMonth: 1 });
      expect(dayToText(startOfYear(day))).toBe(date.with({ month: 1, day: 1 }).toString());
    }),
  );
});

test.each([
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "26-01-01",
  "2026-1-1",
  "",
  "2026-01-01T00:00",
  "2026/01/01",
  "2026-01-0x",
  "2026-0/-01",
  "+026-01-01",
  "2026-01-01\n",
  "２０２６-01-01",
])("%j is no date", (text) => {
  expect(parseDay(text)).toBeUndefined();
});

test("periods follow each other without a gap", () => {
  fc.assert(
    fc.property(
      anyDay,
      fc.constantFrom("day", "week", "month", "year"),
      fc.integer({ min: 0, max: 6 }),
      (day, period, weekStart) => {
        const start = startOfPeriod(day, period, weekStart);
        const next = nextPeriod(start, period);
        expect(start).toBeLessThanOrEqual(day);
        expect(next).toBeGreaterThan(day);
        expect(startOfPeriod(next, period, weekStart)).toBe(next);
        expect(startOfPeriod(next - 1, period, weekStart)).toBe(start);
        expect(weekdayOf(startOfWeek(day, weekStart))).toBe(weekStart);
      },
    ),
  );
});
