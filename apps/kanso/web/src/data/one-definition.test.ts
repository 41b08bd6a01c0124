// One definition of due, done and open: whatever the habits and their entries, no two places of the app contradict each other.

import {
  addUp,
  type Calendar,
  createCalendar,
  createHabit,
  type Day,
  DEFAULT_SETTINGS,
  dailyProgress,
  dayToText,
  FREQUENCY_TYPES,
  type Habit,
  type HabitLog,
  type LoggedDay,
  progressBy,
  standingOf,
  startOfWeek,
  streakOf,
  weekdayOf,
} from "@syncline/kanso-domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stateOfDay } from "./day-state.ts";
import { createProgressOf } from "./kept-progress.ts";
import { sumByDay } from "./overview.ts";
import { weekRate } from "./week-rate.ts";
import { weekdayShares } from "./weekday-shares.ts";

const NOW_MS = Date.UTC(2026, 10, 18, 12);
const DAYS = 45;

const anyLogged: fc.Arbitrary<LoggedDay> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ total: 1, logs: 1, skipped: false }) },
  { weight: 1, arbitrary: fc.constant({ total: 0, logs: 1, skipped: false }) },
  { weight: 1, arbitrary: fc.constant({ total: 0, logs: 0, skipped: true }) },
);

interface Case {
  readonly calendar: Calendar;
  readonly habits: readonly { readonly habit: Habit; readonly log: HabitLog }[];
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    weekStart: fc.constantFrom(0, 1, 6),
    today: fc.nat(6),
    away: fc.option(fc.tuple(fc.nat(DAYS), fc.nat(9))),
    habits: fc.array(
      fc.record({
        frequencyType: fc.constantFrom(...FREQUENCY_TYPES),
        weekdays: fc.uniqueArray(fc.nat(6), { minLength: 1 }),
        interval: fc.integer({ min: 1, max: 9 }),
        targetType: fc.constantFrom("at_least", "at_most"),
        timesPerWeek: fc.integer({ min: 1, max: 7 }),
        startedAgo: fc.nat(DAYS),
        days: fc.uniqueArray(fc.tuple(fc.nat(DAYS), anyLogged), { selector: ([ago]) => ago }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ weekStart, today: later, away, habits }) => {
    const nowMs = NOW_MS + later * 86_400_000;
    const options = { ...DEFAULT_SETTINGS, weekStart, zone: "UTC", nowMs };
    const { today } = createCalendar({ ...options, vacations: [] });
    const range = away && {
      from: dayToText(today - away[0]),
      to: dayToText(today - away[0] + away[1]),
    };
    const vacations = range === null ? [] : [{ id: "v", ...range, habitIds: null, note: "" }];
    return {
      calendar: createCalendar({ ...options, vacations }),
      habits: habits.map(({ startedAgo, days, weekdays, frequencyType, ...rest }, index) => {
        const circumstance = {
          nowMs: nowMs - startedAgo * 86_400_000,
          zone: "UTC",
          dayStartHour: 0,
        };
        const planned = frequencyType === "specific_days" ? weekdays : [];
        const type = rest.targetType === "at_most" ? "numeric" : "boolean";
        const draft = { title: `${index}`, type, frequencyType, weekdays: planned, ...rest };
        const habit = createHabit(`h${index}`, draft, circumstance);
        return { habit, log: new Map(days.map(([ago, logged]) => [today - ago, logged])) };
      }),
    };
  });

function placesOf({ calendar, habits }: Case) {
  const of = (from: Day, to: Day) =>
    habits.map(({ habit, log }) => dailyProgress(habit, log, calendar, { from, to }));
  const logs = new Map(habits.map(({ habit, log }) => [habit.id, log]));
  const week = startOfWeek(calendar.today, calendar.weekStart);
  return { of, logs, week };
}

test("day, week, trend, weekday and calendar are sums of the same days", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { calendar, habits } = given;
      const { today, weekStart } = calendar;
      const { of, logs, week } = placesOf(given);
      const from = week - 35;
      const all = of(from, today);
      const byDay = sumByDay(all);

      // The today page and the foot of the week count what the statistics count.
      for (const { day, asked, met } of byDay) {
        const rows = of(day, day).flat();
        expect(addUp(rows)).toMatchObject({ asked, met });
      }
      // The week's page, its part of the trend, and the statistics of this week are one number.
      const rate = weekRate(
        {
          habits: habits.map(({ habit }) => habit),
          logs: { logOf: (id) => logs.get(id) ?? new Map() },
          calendar,
          progressOf: createProgressOf(),
        },
        { from: week, to: week + 6 },
      );
      expect(progressBy("week", byDay, weekStart).at(-1)?.rate).toBe(rate);
      expect(addUp(byDay.filter(({ day }) => day >= week)).rate).toBe(rate);
      // Weekdays are parts of the same whole.
      const shares = weekdayShares(byDay);
      const parts = shares.map((share, weekday) => {
        const asked = byDay.filter(({ day }) => weekdayOf(day) === weekday);
        return share === null ? 0 : (share / 100) * addUp(asked).asked;
      });
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(addUp(byDay).met);
      // One habit's page says of a day what all pages count.
      for (const days of all)
        for (const day of days) {
          const state = stateOfDay(day, calendar, () => false);
          if (state === "open") expect(day).toMatchObject({ asked: 1, met: 0, done: false });
          if (state === "off" || state === "free") expect(day.asked).toBe(0);
          if (day.met === 1) expect(state).toBe("done");
        }
    }),
    { numRuns: 500 },
  );
});

test("a streak is as long as the days, or weeks, that were met since the last that was missed", () => {
  fc.assert(
    fc.property(anyCase, ({ calendar, habits }) => {
      const { today, weekStart } = calendar;
      for (const { habit, log } of habits) {
        const from = startOfWeek(today - 2 * DAYS, weekStart);
        const to = startOfWeek(today, weekStart) + 6;
        const days = dailyProgress(habit, log, calendar, { from, to });
        const { current, unit } = streakOf(habit, log, calendar);
        const parts =
          unit === "weeks" ? progressBy("week", days, weekStart) : days.map((day) => addUp([day]));
        const isOver = ({ to: last }: { readonly to: Day }) => last < today;
        const lost = parts.findLastIndex((part) => part.met < part.asked && isOver(part));
        const since = parts.slice(lost + 1);
        const made = since.filter((part) => part.asked > 0 && isMade(part, habit, log, calendar));
        expect(current).toBe(made.length);
      }
    }),
    { numRuns: 500 },
  );
});

/** This week is made once its quota is reached, whatever its days have asked for so far. */
function isMade(
  { from, asked, met }: { readonly from: Day; readonly asked: number; readonly met: number },
  habit: Habit,
  log: HabitLog,
  calendar: Calendar,
): boolean {
  const standing = standingOf(habit, log, calendar, from);
  return standing.unit === "week" ? standing.done >= standing.of : met === asked;
}

test("what a row says of a week or of a wait is what its day asks for", () => {
  fc.assert(
    fc.property(anyCase, ({ calendar, habits }) => {
      const { today } = calendar;
      for (const { habit, log } of habits) {
        const standing = standingOf(habit, log, calendar, today);
        const [now] = dailyProgress(habit, log, calendar, { from: today, to: today });
        if (now === undefined || now.done || !now.open || now.limit) continue;
        if (standing.unit === "interval") expect(now.asked).toBe(standing.dueIn === 0 ? 1 : 0);
        // A week that has its quota asks no more.
        if (standing.unit === "week" && standing.done >= standing.of) expect(now.asked).toBe(0);
        if (standing.unit === "day") expect(now.asked).toBe(1);
      }
    }),
    { numRuns: 500 },
  );
});
