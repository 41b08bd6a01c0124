// Limits: habits that are kept to by not exceeding something, or by leaving it alone altogether.

import { expect, test } from "vitest";
import type { Entry } from "./entry.ts";
import { logsOf } from "./habit-log.ts";
import { readHabit } from "./habit-rules.ts";
import { addUp, dailyProgress } from "./progress.ts";
import { streakOf } from "./streak.ts";
import { nextStreakChange } from "./streak-change.ts";
import { calendarAt, day, entryOn, habit, vacation } from "./testing/fixture.ts";

const calendar = calendarAt("2026-03-10T12:00:00Z");
const coffee = habit({
  type: "numeric",
  targetType: "at_most",
  targetValue: 2,
  startDay: "2026-03-01",
});
const quit = { ...coffee, targetValue: 0 };

const logOf = (entries: readonly Entry[]) => logsOf(entries, calendar).get("h") ?? new Map();
const had = (date: string, value: number) => entryOn(`2026-03-${date}`, { value });
const streak = (of: typeof coffee, entries: readonly Entry[]) =>
  streakOf(of, logOf(entries), calendar);

test("days within the limit count once they are over, entered or not; a day beyond it ends the streak at once", () => {
  expect(streak(coffee, [])).toEqual({ current: 9, longest: 9, unit: "days" });
  expect(streak(coffee, [had("02", 2), had("10", 2)])).toMatchObject({ current: 9 });
  expect(streak(coffee, [had("05", 1), had("05", 2)])).toMatchObject({ current: 4, longest: 4 });
  expect(streak(coffee, [had("10", 3)])).toMatchObject({ current: 0, longest: 9 });
});

test("who has quit sees the days since the last time", () => {
  expect(streak(quit, [had("04", 1)])).toMatchObject({ current: 5 });
  expect(streak(quit, [had("04", 0)])).toMatchObject({ current: 9 });
});

test("today asks for nothing until the limit is exceeded; days off and skipped ones never do", () => {
  const away = { ...calendar, vacations: [vacation("2026-03-02", "2026-03-03")] };
  const skip = entryOn("2026-03-04", { kind: "skip", value: 0 });
  const sum = (entries: readonly Entry[]) =>
    addUp(
      dailyProgress(coffee, logOf([skip, ...entries]), away, {
        from: day("2026-03-01"),
        to: day("2026-03-12"),
      }),
    );
  expect(sum([])).toMatchObject({ asked: 6, met: 6 });
  expect(sum([had("10", 2)])).toMatchObject({ asked: 6, met: 6 });
  expect(sum([had("10", 3), had("09", 3)])).toMatchObject({ asked: 7, met: 5 });
});

test("a streak of a limit grows with each midnight, and is looked at again then", () => {
  const log = logOf([had("10", 3)]);
  expect(streakOf(coffee, log, calendar).current).toBe(0);
  expect(nextStreakChange(coffee, log, calendar)).toBe(calendar.today + 2);
});

test("habits that were stored before there were limits are goals to reach; yes or no is never a limit", () => {
  const { targetType: _, id, ...stored } = coffee;
  expect(readHabit(id, stored).targetType).toBe("at_least");
  expect(readHabit(id, { ...coffee, type: "boolean" }).targetType).toBe("at_least");
  expect(() => readHabit(id, { ...coffee, targetType: "sometimes" })).toThrow(
    "at_least or at_most",
  );
});
