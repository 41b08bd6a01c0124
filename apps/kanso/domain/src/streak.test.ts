// Streaks: the cases that the original's tests state, each frequency, days off, travel and zones.

import { describe, expect, test } from "vitest";
import type { Entry } from "./entry.ts";
import { createEntry } from "./entry.ts";
import type { Habit } from "./habit.ts";
import { logsOf } from "./habit-log.ts";
import { streakOf } from "./streak.ts";
import { calendarAt, day, entryAt, entryOn, habit, msOf, vacation } from "./testing/fixture.ts";

function streak(
  of: Habit,
  entries: readonly Entry[],
  calendar = calendarAt("2026-03-10T12:00:00Z"),
) {
  const log = logsOf(entries, calendar).get(of.id) ?? new Map();
  const { current, longest } = streakOf(of, log, calendar);
  return [current, longest];
}

const TODAY = day("2026-03-10");
const ago = (...days: readonly number[]) => days.map((count) => entryOn(TODAY - count));

describe("a daily habit that began today, as in the original (I1–I9)", () => {
  const fresh = habit({ startDate: "2026-03-10T08:00:00Z", startDay: null });
  test.each([
    ["none", [], [0, 0]],
    ["today", [0], [1, 1]],
    ["yesterday", [1], [1, 1]],
    ["two days ago", [2], [0, 1]],
    ["three in a row", [0, 1, 2], [3, 3]],
    ["a gap", [0, 1, 4], [2, 2]],
    ["a longer run before", [0, 10, 11, 12], [1, 3]],
    ["unsorted", [2, 0, 1], [3, 3]],
    ["twice on a day", [0, 0, 1, 1, 1], [2, 2]],
  ] as const)("%s", (_name, days, expected) => {
    expect(streak(fresh, ago(...days))).toEqual(expected);
  });
});

test("a streak that was broken long ago does not show", () => {
  expect(streak(habit(), ago(30, 31, 32))).toEqual([0, 3]);
});

test("a numeric target is met by all entries of a day together, and not by a part", () => {
  const water = habit({ type: "numeric", targetValue: 2 });
  const drunk = (days: number, value: number) => entryOn(TODAY - days, { value });
  const entries = [drunk(0, 1.3), drunk(0, 0.7), drunk(1, 0.1), drunk(1, 0.2), drunk(1, 1.7)];
  expect(streak(water, entries)).toEqual([2, 2]);
  expect(streak(water, [drunk(0, 1.999), drunk(1, 2)])).toEqual([1, 1]);
});

describe("given weekdays", () => {
  // 10 March 2026 is a Tuesday.
  const mondayWednesdayFriday = habit({ frequencyType: "specific_days", weekdays: [1, 3, 5] });
  test("days between do not break, and do not add", () => {
    const entries = [entryOn("2026-03-04"), entryOn("2026-03-06"), entryOn("2026-03-09")];
    expect(streak(mondayWednesdayFriday, entries)).toEqual([3, 3]);
    expect(streak(mondayWednesdayFriday, [...entries, entryOn("2026-03-05")])).toEqual([3, 3]);
  });
  test("a missed one breaks", () => {
    expect(streak(mondayWednesdayFriday, [entryOn("2026-03-04"), entryOn("2026-03-09")])).toEqual([
      1, 1,
    ]);
  });
});

describe("N times a week", () => {
  const thrice = habit({ frequencyType: "weekly", timesPerWeek: 3 });
  const week = (monday: string, ...days: readonly number[]) =>
    days.map((offset) => entryOn(day(monday) + offset));
  const good = [...week("2026-02-16", 0, 2, 4), ...week("2026-02-23", 0, 1, 6)];
  test("weeks count, whichever days they were; the week that runs breaks nothing", () => {
    expect(streak(thrice, [...good, ...week("2026-03-02", 4, 5, 6)])).toEqual([3, 3]);
    expect(
      streak(thrice, [...good, ...week("2026-03-02", 4, 5, 6), ...week("2026-03-09", 0)]),
    ).toEqual([3, 3]);
  });
  test("twice is not enough, also not two times on one day", () => {
    expect(streak(thrice, [...good, ...week("2026-03-02", 4, 5, 5)])).toEqual([0, 2]);
  });
  test("a week with two days left asks for two", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
      vacations: [vacation("2026-03-02", "2026-03-06")],
    });
    expect(streak(thrice, [...good, ...week("2026-03-02", 5, 6)], calendar)).toEqual([3, 3]);
    expect(streak(thrice, [...good, ...week("2026-03-02", 5)], calendar)).toEqual([0, 2]);
  });
  test("a week off is stepped over", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
      vacations: [vacation("2026-03-01", "2026-03-08")],
    });
    expect(streak(thrice, good, calendar)).toEqual([2, 2]);
  });
  test("a week begins when its person says", () => {
    const entries = [entryOn("2026-03-01"), entryOn("2026-03-02"), entryOn("2026-03-03")];
    expect(streak(thrice, entries)).toEqual([0, 0]);
    const sundays = calendarAt("2026-03-10T12:00:00Z", "UTC", { weekStart: 0 });
    expect(streak(thrice, entries, sundays)).toEqual([1, 1]);
  });
});

describe("every N days", () => {
  const everyThird = habit({ frequencyType: "interval", interval: 3 });
  test.each([
    ["in time", [0, 3, 6], [3, 3]],
    ["due today, not done yet", [3, 6], [2, 2]],
    ["not due yet", [1, 4], [2, 2]],
    ["a day late", [4, 7], [0, 2]],
    ["sooner than needed", [0, 1, 2], [3, 3]],
    ["too long between", [0, 4], [1, 1]],
  ] as const)("%s", (_name, days, expected) => {
    expect(streak(everyThird, ago(...days))).toEqual(expected);
  });
  test("days off are not counted", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
      vacations: [vacation("2026-03-04", "2026-03-08")],
    });
    expect(streak(everyThird, ago(0, 7), calendar)).toEqual([2, 2]);
  });
});

describe("days that ask for nothing", () => {
  const skip = (days: number) => entryOn(TODAY - days, { kind: "skip", value: 0 });
  test("a skipped day neither breaks nor adds", () => {
    expect(streak(habit(), [...ago(0, 2, 3), skip(1)])).toEqual([3, 3]);
  });
  test("a vacation neither breaks nor adds; what is done in it adds", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
      vacations: [vacation("2026-03-06", "2026-03-09")],
    });
    expect(streak(habit(), ago(0, 5), calendar)).toEqual([2, 2]);
    expect(streak(habit(), ago(0, 3, 5), calendar)).toEqual([3, 3]);
  });
  test("a vacation of another habit is none", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "UTC", {
      vacations: [vacation("2026-03-06", "2026-03-09", ["another"])],
    });
    expect(streak(habit(), ago(0, 5), calendar)).toEqual([1, 1]);
  });
  test("an archived habit keeps its streak, and a pause bridges it", () => {
    const archived = habit({ archivedAt: "2026-03-05T12:00:00Z" });
    expect(streak(archived, ago(6, 7, 8))).toEqual([3, 3]);
    const back = habit({ pauses: [{ from: "2026-03-05", to: "2026-03-09" }] });
    expect(streak(back, ago(6, 7, 8))).toEqual([3, 3]);
    expect(streak(back, ago(0, 6, 7, 8))).toEqual([4, 4]);
  });
  test("nothing is asked for after the end", () => {
    const ended = habit({ endDay: "2026-03-04", endDate: "2026-03-04T00:00:00Z" });
    expect(streak(ended, ago(6, 7, 8))).toEqual([3, 3]);
    expect(streak(ended, ago(7, 8))).toEqual([0, 2]);
  });
  test("what was logged for days before the start moves the start back", () => {
    const fresh = habit({ startDay: "2026-03-10" });
    expect(streak(fresh, ago(0, 1, 2, 5))).toEqual([3, 3]);
  });
});

describe("where the clock is another", () => {
  test("from Rome to Honolulu across midnight", () => {
    const entries = [
      entryAt("2026-03-07T20:00:00Z", { day: "2026-03-07", zone: "Europe/Rome" }),
      entryAt("2026-03-08T20:00:00Z", { day: "2026-03-08", zone: "Europe/Rome" }),
      // 00:30 in Rome on the 10th, while it is still the 9th in Honolulu.
      entryAt("2026-03-09T07:00:00Z", { day: "2026-03-09", zone: "Europe/Rome" }),
      entryAt("2026-03-09T23:30:00Z", { day: "2026-03-10", zone: "Europe/Rome" }),
    ];
    const landed = calendarAt("2026-03-10T05:00:00Z", "Pacific/Honolulu");
    expect(landed.today).toBe(day("2026-03-09"));
    expect(streak(habit(), entries, landed)).toEqual([4, 4]);
    const nextEvening = calendarAt("2026-03-12T06:00:00Z", "Pacific/Honolulu");
    const goOn = entryAt("2026-03-12T05:00:00Z", { day: "2026-03-11", zone: "Pacific/Honolulu" });
    expect(streak(habit(), [...entries, goOn], nextEvening)).toEqual([5, 5]);
  });
  test("a day that the zone never had breaks nothing", () => {
    const entries = [entryOn("2011-12-28"), entryOn("2011-12-29"), entryOn("2011-12-31")];
    const of = habit({ startDate: "2011-12-01T00:00:00Z", startDay: "2011-12-01" });
    expect(streak(of, entries, calendarAt("2011-12-31T08:00:00Z", "Pacific/Apia"))).toEqual([3, 3]);
    expect(streak(of, entries, calendarAt("2011-12-31T08:00:00Z", "UTC"))).toEqual([1, 2]);
  });
  test.each([
    ["America/Sao_Paulo", "2018-11-01", 6],
    ["America/Santiago", "2025-09-04", 6],
    ["Australia/Lord_Howe", "2026-04-02", 6],
    ["Asia/Kathmandu", "2026-04-02", 6],
    ["Europe/Rome", "2026-03-26", 6],
    ["Europe/Rome", "2026-10-22", 6],
    ["Africa/Cairo", "2024-04-23", 6],
  ])("%s: entries at the first and last minute of six days are six days", (zone, from, count) => {
    const first = day(from);
    const entries: Entry[] = [];
    // Every half hour from the first day to the last: no day is lost, and none counted twice.
    for (let ms = msOf(`${from}T00:00:00Z`); entries.length < count * 48; ms += 1_800_000) {
      const draft = { habitId: "h", at: new Date(ms).toISOString(), value: 1 };
      entries.push(createEntry(`${ms}`, draft, { nowMs: ms, zone, dayStartHour: 0 }));
    }
    const of = habit({ startDate: `${from}T00:00:00Z`, startDay: from });
    const calendar = calendarAt(entries.at(-1)?.at ?? "", zone);
    const days = new Set(entries.map((entry) => entry.day)).size;
    expect(streak(of, entries, calendar)).toEqual([days, days]);
    expect(days).toBeGreaterThanOrEqual(count);
    expect(calendar.today).toBeGreaterThanOrEqual(first + count - 1);
  });
});

test("what is logged for days to come counts when they come", () => {
  const ahead = [entryOn(TODAY + 3), entryOn(TODAY + 4), entryOn(TODAY + 5)];
  const thrice = habit({ frequencyType: "weekly", timesPerWeek: 3 });
  expect(streak(thrice, ahead)).toEqual([0, 0]);
  expect(streak(thrice, ahead, calendarAt("2026-03-15T12:00:00Z"))).toEqual([1, 1]);
  expect(streak(habit(), ahead)).toEqual([0, 0]);
});

test("a date far off makes no walk long: it is kept, and not looked at", () => {
  const entries = [entryOn("0002-01-01"), entryOn("9999-12-31"), ...ago(0, 1)];
  const started = performance.now();
  expect(streak(habit(), entries)).toEqual([2, 2]);
  expect(streak(habit({ startDate: "0002-01-01T00:00:00Z", startDay: null }), entries)).toEqual([
    2, 2,
  ]);
  const far = calendarAt("9999-12-31T12:00:00Z", "Pacific/Apia");
  expect(streak(habit({ startDay: "0001-01-02" }), entries, far)).toEqual([1, 1]);
  expect(performance.now() - started).toBeLessThan(5_000);
});
