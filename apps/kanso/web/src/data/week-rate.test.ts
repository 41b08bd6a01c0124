// How much of a week is done, while some of today is still open.

import {
  createCalendar,
  createHabit,
  DEFAULT_SETTINGS,
  type Habit,
  type HabitDraft,
  type HabitLog,
  startOfWeek,
} from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { createProgressOf } from "./kept-progress.ts";
import { weekRate } from "./week-rate.ts";

const MONDAY = Date.UTC(2026, 10, 16, 12);
const DAY_MS = 86_400_000;

/** @param done by habit, the days of the week on which it was done; Monday is 0 */
function rateOn(place: number, drafts: readonly Partial<HabitDraft>[], done: readonly number[][]) {
  const nowMs = MONDAY + place * DAY_MS;
  const calendar = createCalendar({
    ...DEFAULT_SETTINGS,
    weekStart: 1,
    zone: "UTC",
    vacations: [],
    nowMs,
  });
  const from = startOfWeek(calendar.today, 1);
  const here = { nowMs: MONDAY, zone: "UTC", dayStartHour: 0 };
  const habits = drafts.map(
    (draft, index): Habit => createHabit(`h${index}`, { title: `${index}`, ...draft }, here),
  );
  const logOf = (id: string): HabitLog =>
    new Map(
      done[Number(id.slice(1))]?.map((day) => [from + day, { total: 1, logs: 1, skipped: false }]),
    );
  return weekRate(
    { habits, logs: { logOf }, calendar, progressOf: createProgressOf() },
    { from, to: from + 6 },
  );
}

test("one of four on the first day is a quarter, not all", () => {
  expect(rateOn(0, [{}, {}, {}, {}], [[0], [], [], []])).toBe(25);
  expect(rateOn(0, [{}, {}], [[], []])).toBe(0);
  expect(rateOn(0, [{}, {}], [[0], [0]])).toBe(100);
});

test("days to come ask nothing yet, and days that rest never do", () => {
  expect(rateOn(1, [{}], [[0, 1]])).toBe(100);
  expect(rateOn(1, [{}], [[0]])).toBe(50);
  expect(rateOn(0, [{ frequencyType: "specific_days", weekdays: [2] }], [[]])).toBeNull();
  expect(rateOn(1, [{ frequencyType: "specific_days", weekdays: [1] }], [[0]])).toBe(100);
});

test("a quota is asked for over the days of its week", () => {
  const weekly = { frequencyType: "weekly", timesPerWeek: 7 } as const;
  expect(rateOn(1, [weekly], [[1]])).toBe(50);
});
