// The weekly answer: the original's cases, its worked example, and the zones that it did not survive.

import { expect, test } from "vitest";
import type { Entry } from "./entry.ts";
import type { Habit } from "./habit.ts";
import { logsOf } from "./habit-log.ts";
import { day, entryAt, habit } from "./testing/fixture.ts";
import { weeklyStatistics } from "./weekly-statistics.ts";
import { skippedDays } from "./zone.ts";

function weekly(
  habits: readonly Habit[],
  entries: readonly Entry[],
  [start, end]: readonly [string, string],
  zone = "UTC",
) {
  const question = { start: day(start), end: day(end), skipped: skippedDays(zone) };
  return weeklyStatistics(habits, logsOf(entries, { zone, dayStartHour: 0 }), question);
}

test("H1: sums, achieved days and rates", () => {
  const water = habit({ id: "w", type: "numeric", targetValue: 2000 });
  const walk = habit({ id: "k" });
  const answer = weekly(
    [water, walk],
    [
      entryAt("2024-01-10T09:00:00Z", { habitId: "w", value: 2500 }),
      entryAt("2024-01-12T09:00:00Z", { habitId: "w", value: 500 }),
      entryAt("2024-01-12T10:00:00Z", { habitId: "k", value: 5 }),
    ],
    ["2024-01-10", "2024-01-12"],
  );
  expect(answer.habits[0]).toMatchObject({
    total_value: 3000,
    days_completed: 1,
    daily_progress: [2500, 0, 500],
  });
  expect(answer.habits[0]?.completion_rate).toBeCloseTo(33.33, 2);
  expect(answer.habits[1]).toMatchObject({ total_value: 5, daily_progress: [0, 0, 5] });
  expect(answer.overall_completion_rate).toBeCloseTo(33.33, 2);
});

test("H2: an entry counts on the day where the reader is, when nobody said where it was made", () => {
  const entries = [entryAt("2024-01-11T04:00:00Z")];
  const answer = weekly([habit()], entries, ["2024-01-10", "2024-01-11"], "America/Bogota");
  expect(answer.habits[0]?.daily_progress).toEqual([1, 0]);
});

test("H3: no habits", () => {
  expect(weekly([], [], ["2024-01-10", "2024-01-12"])).toEqual({
    start_date: "2024-01-10",
    end_date: "2024-01-12",
    total_habits: 0,
    overall_completion_rate: 0,
    habits: [],
  });
});

test("the worked example: Rome, across the beginning of summer time, member by member", () => {
  const stretch = habit({ id: "s", title: "Stretch" });
  const read = habit({ id: "r", title: "Read", type: "numeric", targetValue: 20, unit: "pages" });
  const answer = weekly(
    [stretch, read],
    [
      entryAt("2026-03-28T23:30:00Z", { habitId: "s" }),
      entryAt("2026-03-29T22:15:00Z", { habitId: "s" }),
      entryAt("2026-03-29T08:00:00Z", { habitId: "r", value: 12 }),
      entryAt("2026-03-29T20:00:00Z", { habitId: "r", value: 9 }),
    ],
    ["2026-03-28", "2026-03-30"],
    "Europe/Rome",
  );
  expect(JSON.stringify(answer)).toBe(
    '{"start_date":"2026-03-28","end_date":"2026-03-30","total_habits":2,"overall_completion_rate":50,"habits":[' +
      '{"habit_id":"s","habit_title":"Stretch","color":"","icon":"default_icon","target_value":1,"unit":"","total_value":2,"completion_rate":66.66666666666666,"days_completed":2,"daily_progress":[0,1,1]},' +
      '{"habit_id":"r","habit_title":"Read","color":"","icon":"default_icon","target_value":20,"unit":"pages","total_value":21,"completion_rate":33.33333333333333,"days_completed":1,"daily_progress":[0,21,0]}]}',
  );
});

test.each([
  ["America/Sao_Paulo", "2018-11-02", "2018-11-06"],
  ["America/Santiago", "2025-09-05", "2025-09-09"],
  ["America/Santiago", "2025-09-07", "2025-09-11"],
  ["Africa/Cairo", "2024-04-24", "2024-04-28"],
  ["Asia/Beirut", "2025-03-28", "2025-04-01"],
  ["Pacific/Apia", "2011-12-28", "2012-01-01"],
])("%s from %s to %s has five places, one for each date", (zone, start, end) => {
  const first = day(start);
  const entries = [0, 1, 2, 3, 4].map((offset) => {
    const ms = (first + offset) * 86_400_000 + 43_200_000;
    const text = new Date(ms).toISOString().slice(0, 10);
    return entryAt(`${text}T12:00:00Z`, { day: text, value: offset + 1 });
  });
  const answer = weekly([habit()], entries, [start, end], zone);
  expect(answer.start_date).toBe(start);
  expect(answer.habits[0]?.daily_progress).toEqual([1, 2, 3, 4, 5]);
});

test("a day that the zone never had keeps its place and is not counted", () => {
  const entries = ["2011-12-29", "2011-12-31"].map((text) =>
    entryAt(`${text}T12:00:00Z`, { day: text }),
  );
  const answer = weekly([habit()], entries, ["2011-12-29", "2011-12-31"], "Pacific/Apia");
  expect(answer.habits[0]).toMatchObject({ daily_progress: [1, 0, 1], completion_rate: 100 });
  expect(answer.overall_completion_rate).toBe(100);
});
