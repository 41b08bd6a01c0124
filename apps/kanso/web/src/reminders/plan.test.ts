// When people are reminded, and of what.

import {
  createCalendar,
  createHabit,
  DEFAULT_SETTINGS,
  type Habit,
  type HabitDraft,
  type HabitLog,
  parseDay,
} from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { dueReminders, momentOf, remindersAhead, remindersOf } from "./plan.ts";

const SATURDAY = Date.UTC(2026, 10, 21, 9);
const START = { nowMs: Date.UTC(2026, 9, 1), zone: "Europe/Rome", dayStartHour: 0 };

function calendarAt(nowMs: number, zone = "Europe/Rome", dayStartHour = 0) {
  return createCalendar({ ...DEFAULT_SETTINGS, zone, dayStartHour, nowMs, vacations: [] });
}

function habitWith(draft: Partial<HabitDraft>): Habit {
  return createHabit("h", { title: "Read", reminderTime: "08:30", ...draft }, START);
}

function doneOn(...days: string[]): () => HabitLog {
  const log = new Map(
    days.map((text) => [parseDay(text) ?? 0, { total: 1, logs: 1, skipped: false }]),
  );
  return () => log;
}

const NOTHING = doneOn();

test.each([
  ["2026-11-21", "08:30", "Europe/Rome", 0, "2026-11-21T07:30:00.000Z"],
  ["2026-11-21", "08:30", "Asia/Kolkata", 0, "2026-11-21T03:00:00.000Z"],
  ["2026-11-21", "08:30", "Pacific/Honolulu", 0, "2026-11-21T18:30:00.000Z"],
  ["2026-11-21", "01:15", "Europe/Rome", 3, "2026-11-22T00:15:00.000Z"],
  ["2026-11-21", "03:00", "Europe/Rome", 3, "2026-11-21T02:00:00.000Z"],
  // The clock leaps from two to three; then it shows two o'clock twice, and the first one counts.
  ["2026-03-29", "02:30", "Europe/Rome", 0, "2026-03-29T01:30:00.000Z"],
  ["2026-10-25", "02:30", "Europe/Rome", 0, "2026-10-25T00:30:00.000Z"],
  ["2026-11-21", "00:05", "Europe/Rome", 0, "2026-11-20T23:05:00.000Z"],
])("%s %s in %s, where days begin at %d, is %s", (day, time, zone, dayStartHour, moment) => {
  const at = momentOf(parseDay(day) ?? 0, time, { zone, dayStartHour });
  expect(new Date(at).toISOString()).toBe(moment);
});

const CASES: readonly (readonly [string, Partial<HabitDraft>, () => HabitLog, boolean])[] = [
  ["what is due", {}, NOTHING, true],
  ["what is done", {}, doneOn("2026-11-21"), false],
  ["what has no time", { reminderTime: null }, NOTHING, false],
  ["another weekday's", { weekdays: [1] }, NOTHING, false],
  ["this weekday's", { weekdays: [6] }, NOTHING, true],
  ["what has not begun", { startDay: "2026-11-22" }, NOTHING, false],
  ["what is over", { endDay: "2026-11-20" }, NOTHING, false],
  [
    "a quota that is met",
    { frequencyType: "weekly", timesPerWeek: 2 },
    doneOn("2026-11-16", "2026-11-18"),
    false,
  ],
  [
    "a quota that is not",
    { frequencyType: "weekly", timesPerWeek: 2 },
    doneOn("2026-11-15", "2026-11-18"),
    true,
  ],
  ["every three days, done yesterday", { interval: 3 }, doneOn("2026-11-20"), false],
  ["every three days, done three days ago", { interval: 3 }, doneOn("2026-11-18"), true],
];

test.each(CASES)("%s", (_, draft, logOf, isReminded) => {
  const reminders = remindersOf([habitWith(draft)], logOf, calendarAt(SATURDAY));
  expect(reminders.length).toBe(isReminded ? 1 : 0);
});

test("nothing is due before its time, nor while it is put off", () => {
  const reminders = remindersOf([habitWith({})], NOTHING, calendarAt(SATURDAY));
  const at = reminders[0]?.atMs ?? 0;
  const notPutOff = () => undefined;
  expect(dueReminders(reminders, notPutOff, at - 1)).toEqual([]);
  expect(dueReminders(reminders, notPutOff, at)).toEqual(reminders);
  expect(dueReminders(reminders, () => at + 5, at + 4)).toEqual([]);
  expect(dueReminders(reminders, () => at + 5, at + 5)).toEqual(reminders);
});

test("the earliest comes first, and archived habits are never reminded of", () => {
  const late = { ...habitWith({ reminderTime: "21:00" }), id: "late" };
  const early = { ...habitWith({ reminderTime: "06:00" }), id: "early" };
  const archived = { ...habitWith({}), archivedAt: "2026-11-01T00:00:00Z" };
  const found = remindersOf([late, archived, early], NOTHING, calendarAt(SATURDAY));
  expect(found.map(({ habit }) => habit.id)).toEqual(["early", "late"]);
});

test("the days to come are those on which it is due", () => {
  const mondays = habitWith({ weekdays: [1] });
  const ahead = remindersAhead([mondays], NOTHING, calendarAt(SATURDAY), 14);
  expect(ahead.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
    "2026-11-23T07:30:00.000Z",
    "2026-11-30T07:30:00.000Z",
  ]);
});
