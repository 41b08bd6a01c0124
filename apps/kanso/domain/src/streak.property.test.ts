// Streaks and progress against their plain definition, over any habits, entries, days off and zones.

import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../../tools/property-runs.ts";
import { dayToText, startOfWeek } from "./day.ts";
import { FREQUENCY_TYPES, type Habit, TARGET_TYPES } from "./habit.ts";
import { logsOf } from "./habit-log.ts";
import { addUp, dailyProgress, progressBy } from "./progress.ts";
import { streakOf } from "./streak.ts";
import { nextStreakChange } from "./streak-change.ts";
import { calendarAt, day, entryOn, habit, vacation } from "./testing/fixture.ts";
import { type PlainCase, plainDay, plainStreak, plainWeek } from "./testing/plain.ts";

const FIRST = day("2011-11-20");
const SPAN = 70;

const anyDay = fc.integer({ min: FIRST, max: FIRST + SPAN });
const anyRange = fc
  .tuple(anyDay, fc.integer({ min: 0, max: 12 }))
  .map(([from, length]) => ({ from: dayToText(from), to: dayToText(from + length) }));

const anyHabit: fc.Arbitrary<Habit> = fc
  .record({
    frequencyType: fc.constantFrom(...FREQUENCY_TYPES),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    interval: fc.integer({ min: 1, max: 6 }),
    timesPerWeek: fc.integer({ min: 1, max: 7 }),
    targetValue: fc.constantFrom(0, 1, 2.5),
    targetType: fc.constantFrom(...TARGET_TYPES),
    start: anyDay,
    end: fc.option(anyDay),
    archived: fc.option(anyDay),
    pauses: fc.array(anyRange, { maxLength: 2 }),
  })
  .map(({ start, end, archived, weekdays, frequencyType, ...rest }) =>
    habit({
      ...rest,
      type: "numeric",
      frequencyType,
      weekdays: frequencyType === "specific_days" ? weekdays : [],
      startDay: dayToText(start),
      endDay: end === null ? null : dayToText(Math.max(start, end)),
      endDate: end === null ? null : "2011-12-01T00:00:00Z",
      archivedAt: archived === null ? null : `${dayToText(archived)}T12:00:00Z`,
    }),
  );

const anyEntry = fc
  .record({
    day: anyDay,
    value: fc.constantFrom(0, 0.5, 1, 2.5),
    skip: fc.nat(9).map((digit) => digit === 0),
  })
  .map(({ day: on, value, skip }) => entryOn(on, skip ? { kind: "skip", value: 0 } : { value }));

const anyCase: fc.Arbitrary<PlainCase> = fc
  .record({
    habit: anyHabit,
    entries: fc.array(anyEntry, { maxLength: 60 }),
    today: anyDay,
    // Archived days are told by noon in UTC, which is the same date in these.
    zone: fc.constantFrom("UTC", "Europe/Rome", "America/Sao_Paulo", "Pacific/Apia"),
    weekStart: fc.constantFrom(0, 1, 6),
    vacations: fc.array(
      anyRange.map(({ from, to }) => vacation(from, to)),
      { maxLength: 2 },
    ),
  })
  .map(({ habit: of, entries, today, zone, weekStart, vacations }) => {
    const calendar = calendarAt(`${dayToText(today)}T12:00:00Z`, zone, { weekStart, vacations });
    const isApia = zone === "Pacific/Apia";
    return {
      entries,
      calendar,
      // In Apia, noon in UTC was two o'clock of the next day after it crossed the date line.
      habit: isApia ? { ...of, archivedAt: null } : of,
    };
  });

const logOf = ({ habit: of, entries, calendar }: PlainCase) =>
  logsOf(entries, calendar).get(of.id) ?? new Map();

test("streaks are what their plain definition says", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { current, longest } = streakOf(given.habit, logOf(given), given.calendar);
      expect({ current, longest }).toEqual(plainStreak(given));
    }),
    { numRuns: runs(3_000) },
  );
});

test("a streak stays as it is until the day that is said to change it, and for good where none is", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { habit: of, calendar } = given;
      const log = logOf(given);
      const on = (today: number) => {
        const { current, longest } = streakOf(of, log, { ...calendar, today });
        return `${current} ${longest}`;
      };
      const now = on(calendar.today);
      const change = nextStreakChange(of, log, calendar);
      const stays = change ?? calendar.today + 2 * SPAN;
      for (let today = calendar.today; today < stays; today += 1) expect(on(today)).toBe(now);
      if (change !== null && change < calendar.today + 14) expect(on(change)).not.toBe(now);
      if (change !== null) expect(change).toBeGreaterThan(calendar.today);
    }),
    { numRuns: runs(1_000) },
  );
});

test("progress adds up: whatever the periods, all parts together are the whole", () => {
  const anyPeriod = fc.constantFrom("day", "week", "month", "year");
  fc.assert(
    fc.property(anyCase, anyPeriod, anyDay, fc.nat(40), (given, period, from, length) => {
      const to = from + length;
      const days = dailyProgress(given.habit, logOf(given), given.calendar, { from, to });
      const whole = addUp(days);
      const parts = progressBy(period, days, given.calendar.weekStart);
      const sum = (of: (part: (typeof parts)[number]) => number) =>
        parts.reduce((before, part) => before + of(part), 0);
      expect(days.map((one) => one.day)).toEqual(
        Array.from({ length: length + 1 }, (_, index) => from + index),
      );
      expect(sum(({ asked }) => asked)).toBeCloseTo(whole.asked);
      expect(sum(({ met }) => met)).toBeCloseTo(whole.met);
      expect(sum(({ total }) => total)).toBeCloseTo(whole.total);
      expect(sum(({ daysDone }) => daysDone)).toBe(whole.daysDone);
      expect(parts.map(({ from: first }) => first)).toEqual(
        [from, ...parts.slice(0, -1).map(({ to: last }) => last + 1)].slice(0, parts.length),
      );
      for (const { rate, met, asked } of parts) {
        expect(rate === null).toBe(asked === 0);
        expect(rate ?? 0).toBeGreaterThanOrEqual(0);
        expect(rate ?? 0).toBeLessThanOrEqual(100);
        expect(met).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: runs(1_000) },
  );
});

test("a week that is over asks for its quota, and no more than that is met", () => {
  fc.assert(
    fc.property(anyCase, anyDay, (given, on) => {
      fc.pre(given.habit.frequencyType === "weekly");
      const { weekStart, today } = given.calendar;
      const from = startOfWeek(on, weekStart);
      fc.pre(from + 7 <= today);
      const range = { from, to: from + 6 };
      const { asked, met } = addUp(dailyProgress(given.habit, logOf(given), given.calendar, range));
      const plain = plainWeek(given, from);
      expect(asked).toBeCloseTo(plain.asked);
      expect(met).toBeCloseTo(plain.met);
    }),
    { numRuns: runs(1_000) },
  );
});

test("a day that is over asks for, and meets, what its plain definition says", () => {
  fc.assert(
    fc.property(anyCase, anyDay, fc.nat(20), (given, from, length) => {
      fc.pre(given.habit.frequencyType !== "weekly");
      const to = Math.min(from + length, given.calendar.today - 1);
      fc.pre(from <= to);
      const days = dailyProgress(given.habit, logOf(given), given.calendar, { from, to });
      for (const { day: on, asked, met } of days)
        expect({ on, asked: asked === 1, met: met === 1 }).toEqual({ on, ...plainDay(given, on) });
    }),
    { numRuns: runs(1_000) },
  );
});

test("a part of a time is the same part, whatever was asked for around it", () => {
  fc.assert(
    fc.property(anyCase, anyDay, fc.nat(20), fc.nat(20), (given, from, more, length) => {
      const of = (range: { from: number; to: number }) =>
        dailyProgress(given.habit, logOf(given), given.calendar, range);
      const part = of({ from, to: from + length });
      const whole = of({ from: from - more, to: from + length + more });
      expect(whole.slice(more, more + length + 1)).toEqual(part);
    }),
    { numRuns: runs(1_000) },
  );
});

test("the order of entries is of no matter", () => {
  fc.assert(
    fc.property(anyCase, fc.func(fc.integer()), (given, key) => {
      const shuffled = [...given.entries].sort((a, b) => key(a.id) - key(b.id));
      const { habit: of, calendar } = given;
      expect(streakOf(of, logOf({ ...given, entries: shuffled }), calendar)).toEqual(
        streakOf(of, logOf(given), calendar),
      );
    }),
  );
});
