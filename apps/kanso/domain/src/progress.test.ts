// Progress by periods: what each frequency asks for, and how totals and rates come out.

import { expect, test } from "vitest";
import { dayToText, type Period } from "./day.ts";
import type { Entry } from "./entry.ts";
import type { Habit } from "./habit.ts";
import { logsOf } from "./habit-log.ts";
import { addUp, dailyProgress, MAX_PROGRESS_DAYS, progressBy } from "./progress.ts";
import { calendarAt, day, entryOn, habit, vacation } from "./testing/fixture.ts";

function days(
  of: Habit,
  entries: readonly Entry[],
  [from, to]: readonly [string, string],
  calendar = calendarAt("2026-03-10T12:00:00Z"),
) {
  const log = logsOf(entries, calendar).get(of.id) ?? new Map();
  return dailyProgress(of, log, calendar, { from: day(from), to: day(to) });
}

const rate = (...given: Parameters<typeof days>) => addUp(days(...given)).rate;
const FEBRUARY = ["2026-02-01", "2026-02-28"] as const;

test("a habit on Monday, Wednesday and Friday, done perfectly, is at 100 %", () => {
  const of = habit({ frequencyType: "specific_days", weekdays: [1, 3, 5] });
  const entries = ["2026-03-02", "2026-03-04", "2026-03-06"].map((date) => entryOn(date));
  expect(rate(of, entries, ["2026-03-02", "2026-03-08"])).toBe(100);
});

test("today asks like every other day, done or not, and tomorrow not at all", () => {
  const week = ["2026-03-08", "2026-03-14"] as const;
  expect(addUp(days(habit(), [entryOn("2026-03-08")], week))).toMatchObject({ asked: 3, met: 1 });
  const done = [entryOn("2026-03-08"), entryOn("2026-03-10")];
  expect(addUp(days(habit(), done, week))).toMatchObject({ asked: 3, met: 2 });
});

test("vacations, skipped days and days before the start are not asked for", () => {
  const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
    vacations: [vacation("2026-02-05", "2026-02-10")],
  });
  const of = habit({ startDay: "2026-02-03" });
  const skip = entryOn("2026-02-11", { kind: "skip", value: 0 });
  const range = ["2026-02-01", "2026-02-12"] as const;
  expect(addUp(days(of, [entryOn("2026-02-12"), skip], range, calendar))).toMatchObject({
    asked: 3,
    met: 1,
    daysDone: 1,
  });
});

test("nothing asked gives no rate, not one of zero", () => {
  expect(rate(habit({ startDay: "2026-03-01" }), [], FEBRUARY)).toBeNull();
});

test("three times a week: more than the quota does not make up for another week", () => {
  const of = habit({ frequencyType: "weekly", timesPerWeek: 3 });
  const entries = ["02", "03", "04", "05", "06", "07"].map((date) => entryOn(`2026-02-${date}`));
  // Four whole weeks: 2 February is a Monday, 1 March a Sunday.
  const range = ["2026-02-02", "2026-03-01"] as const;
  expect(addUp(days(of, entries, range)).asked).toBeCloseTo(12);
  expect(addUp(days(of, entries, range)).met).toBeCloseTo(3);
  expect(rate(of, entries, range)).toBeCloseTo(25);
});

test("three times a week asks on the days on which it was done, and on those on which it could not wait", () => {
  const of = habit({ frequencyType: "weekly", timesPerWeek: 3 });
  const asked = (done: readonly string[]) =>
    days(
      of,
      done.map((date) => entryOn(`2026-02-${date}`)),
      ["2026-02-02", "2026-02-08"],
    )
      .filter((day) => day.asked === 1)
      .map((day) => `${dayToText(day.day).slice(8)}${day.met === 1 ? " done" : ""}`);
  expect(asked([])).toEqual(["06", "07", "08"]);
  expect(asked(["02", "07"])).toEqual(["02 done", "07 done", "08"]);
  expect(asked(["02", "03", "04", "05"])).toEqual(["02 done", "03 done", "04 done"]);
});

test("every three days asks when it was done, and from the third day after it on", () => {
  const of = habit({ frequencyType: "interval", interval: 3 });
  const entries = [entryOn("2026-02-01"), entryOn("2026-02-04"), entryOn("2026-02-10")];
  const states = (range: readonly [string, string]) =>
    days(of, entries, range).map(({ asked, met }) =>
      met === 1 ? "done" : asked === 1 ? "due" : "",
    );
  expect(states(["2026-02-01", "2026-02-12"])).toEqual([
    "done",
    "",
    "",
    "done",
    "",
    "",
    "due",
    "due",
    "due",
    "done",
    "",
    "",
  ]);
  expect(states(["2026-02-05", "2026-02-07"])).toEqual(["", "", "due"]);
});

test.each([
  ["day", 59, "2026-01-01", "2026-01-01"],
  ["week", 9, "2026-01-01", "2026-01-04"],
  ["month", 2, "2026-01-01", "2026-01-31"],
  ["year", 1, "2026-01-01", "2026-02-28"],
] satisfies [Period, number, string, string][])("by %s", (period, count, from, to) => {
  const water = habit({ type: "numeric", targetValue: 2 });
  const entries = [entryOn("2026-01-01", { value: 0.1 }), entryOn("2026-01-01", { value: 0.2 })];
  const parts = progressBy(period, days(water, entries, ["2026-01-01", "2026-02-28"]), 1);
  expect(parts).toHaveLength(count);
  expect(dayToText(parts[0]?.from ?? 0)).toBe(from);
  expect(dayToText(parts[0]?.to ?? 0)).toBe(to);
  expect(parts[0]?.total).toBe(0.3);
});

test("a week begins on Sunday where it does", () => {
  const parts = progressBy("week", days(habit(), [], ["2026-03-01", "2026-03-08"]), 0);
  expect(parts.map(({ from }) => dayToText(from))).toEqual(["2026-03-01", "2026-03-08"]);
});

test("no time is too long to be answered", () => {
  const range = ["0001-01-01", "9999-12-31"] as const;
  for (const frequencyType of ["daily", "weekly", "interval"] as const)
    expect(days(habit({ frequencyType }), [], range)).toHaveLength(MAX_PROGRESS_DAYS);
});
