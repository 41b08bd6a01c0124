// What is left of a week, and how long a habit of every few days may wait.

import { expect, test } from "vitest";
import { dayToText } from "./day.ts";
import { logsOf } from "./habit-log.ts";
import { dailyProgress } from "./progress.ts";
import { standingOf } from "./standing.ts";
import { calendarAt, day, entryOn, habit, vacation } from "./testing/fixture.ts";

const calendar = calendarAt("2026-02-20T12:00:00Z");
const logOf = (dates: readonly string[]) =>
  logsOf(
    dates.map((date) => entryOn(`2026-02-${date}`)),
    calendar,
  ).get("h") ?? new Map();

test("a week with a quota says how much of it is done, of what its days off leave", () => {
  const of = habit({ frequencyType: "weekly", timesPerWeek: 5 });
  const log = logOf(["02", "04"]);
  expect(standingOf(of, log, calendar, day("2026-02-05"))).toEqual({
    unit: "week",
    done: 2,
    of: 5,
  });
  const away = { ...calendar, vacations: [vacation("2026-02-05", "2026-02-08")] };
  expect(standingOf(of, log, away, day("2026-02-03"))).toEqual({ unit: "week", done: 2, of: 3 });
});

test("a habit of every few days says when it is due again, and is asked for on that day", () => {
  const of = habit({ frequencyType: "interval", interval: 4 });
  const log = logOf(["10"]);
  const dueIn = (date: string, on = calendar) => standingOf(of, log, on, day(`2026-02-${date}`));
  expect(dueIn("10")).toEqual({ unit: "interval", dueIn: 4 });
  expect(dueIn("13")).toEqual({ unit: "interval", dueIn: 1 });
  expect(dueIn("14")).toEqual({ unit: "interval", dueIn: 0 });
  expect(dueIn("19")).toEqual({ unit: "interval", dueIn: 0 });
  // Days off are waited for, and are not counted.
  const away = { ...calendar, vacations: [vacation("2026-02-12", "2026-02-13")] };
  expect(dueIn("11", away)).toEqual({ unit: "interval", dueIn: 5 });
  const range = { from: day("2026-02-11"), to: day("2026-02-16") };
  const asked = dailyProgress(of, log, away, range).filter((one) => one.asked === 1);
  expect(asked.map((one) => dayToText(one.day))).toEqual(["2026-02-16"]);
});

test("each day of a daily habit stands for itself", () => {
  expect(standingOf(habit(), logOf([]), calendar, calendar.today)).toEqual({ unit: "day" });
});
