// The slow, plain definition of streaks and progress: sets and sentences, no running counters. What the tests hold ours against.

import type { Calendar } from "../calendar.ts";
import { dayToText, startOfWeek, weekdayOf } from "../day.ts";
import type { Entry } from "../entry.ts";
import type { Habit } from "../habit.ts";

export interface PlainCase {
  readonly habit: Habit;
  /** All with a day of their own. */
  readonly entries: readonly Entry[];
  readonly calendar: Calendar;
}

export function plainStreak(of: PlainCase): { current: number; longest: number } {
  const { habit, calendar } = of;
  const days = allDays(of);
  if (habit.frequencyType === "weekly") {
    const weeks = [...new Set(days.map((day) => startOfWeek(day, calendar.weekStart)))];
    const isMade = (week: number) => isWeekMade(of, week);
    const isLost = (week: number) => week + 7 <= calendar.today && isWeekLost(of, week);
    return runs(weeks, isMade, isLost);
  }
  const isMade = (day: number) => isDone(of, day) && isScheduled(of, day);
  const isLost = (day: number) => {
    if (
      (day >= calendar.today && !exceeds(of, day)) ||
      isDone(of, day) ||
      !isScheduled(of, day) ||
      !isOpen(of, day)
    )
      return false;
    if (habit.frequencyType !== "interval") return true;
    const doneBefore = days.filter((other) => other < day && isDone(of, other));
    const since = Math.max(Number.NEGATIVE_INFINITY, ...doneBefore);
    const waited = days.filter((other) => other > since && other <= day && isOpen(of, other));
    return waited.length >= habit.interval;
  };
  return runs(days, isMade, isLost);
}

/** Between two losses, and after the last, as many as were made. */
function runs(
  steps: readonly number[],
  isMade: (step: number) => boolean,
  isLost: (step: number) => boolean,
): { current: number; longest: number } {
  const lost = [Number.NEGATIVE_INFINITY, ...steps.filter(isLost), Number.POSITIVE_INFINITY];
  const lengths = lost.slice(1).map((end, index) => {
    const begin = lost[index] ?? Number.NaN;
    return steps.filter((step) => step > begin && step < end && isMade(step)).length;
  });
  return { current: lengths.at(-1) ?? 0, longest: Math.max(0, ...lengths) };
}

/** What is asked of the days of a past week with a quota, and what was met. */
export function plainWeek(of: PlainCase, week: number): { asked: number; met: number } {
  const days = [0, 1, 2, 3, 4, 5, 6].map((offset) => week + offset);
  const done = days.filter((day) => isDone(of, day)).length;
  const possible = days.filter((day) => isDone(of, day) || isOpen(of, day)).length;
  const asked = Math.min(of.habit.timesPerWeek, possible);
  return { asked, met: Math.min(done, asked) };
}

/** Whether a past day of a habit without a quota asks for it, and whether it was done then. */
export function plainDay(of: PlainCase, day: number): { asked: boolean; met: boolean } {
  const done = isDone(of, day) && isScheduled(of, day);
  const isPlanned = isOpen(of, day) && isScheduled(of, day);
  if (of.habit.frequencyType !== "interval") return { asked: done || isPlanned, met: done };
  const mayWait = allDays(of)
    .filter((other) => other < day && isDone(of, other))
    .some((other) => {
      const since = allDays(of).filter((one) => one > other && one <= day && isOpen(of, one));
      return since.length < of.habit.interval;
    });
  return { asked: done || (isPlanned && !mayWait), met: done };
}

function isWeekMade(of: PlainCase, week: number): boolean {
  const { asked, met } = plainWeek(of, week);
  return asked > 0 && met === asked;
}

function isWeekLost(of: PlainCase, week: number): boolean {
  const { asked, met } = plainWeek(of, week);
  return met < asked;
}

function logged({ habit, entries }: PlainCase, day: number): Entry[] {
  const text = dayToText(day);
  return entries.filter((entry) => entry.habitId === habit.id && entry.day === text);
}

function isDone(of: PlainCase, day: number): boolean {
  if (day > of.calendar.today + 2) return false; // nobody has lived it yet
  if (of.habit.targetType === "at_most") return keepsTo(of, day);
  const logs = logged(of, day).filter(({ kind }) => kind === "log");
  const thousandths = logs.map(({ value }) => Math.round(value * 1000)).reduce((a, b) => a + b, 0);
  return logs.length > 0 && thousandths >= of.habit.targetValue * 1000;
}

/** A limit is kept to on a day that is over, by whoever did not exceed it, and was to keep to it or entered something. */
function keepsTo(of: PlainCase, day: number): boolean {
  const isEntered = logged(of, day).some(({ kind }) => kind === "log");
  return day < of.calendar.today && !exceeds(of, day) && (isEntered || isOpen(of, day));
}

function exceeds(of: PlainCase, day: number): boolean {
  const logs = logged(of, day).filter(({ kind }) => kind === "log");
  const thousandths = logs.map(({ value }) => Math.round(value * 1000)).reduce((a, b) => a + b, 0);
  const isLived = day <= of.calendar.today + 2;
  return of.habit.targetType === "at_most" && isLived && thousandths > of.habit.targetValue * 1000;
}

function isScheduled({ habit }: PlainCase, day: number): boolean {
  return habit.frequencyType !== "specific_days" || habit.weekdays.includes(weekdayOf(day));
}

function isOpen(of: PlainCase, day: number): boolean {
  const { habit, calendar } = of;
  const text = dayToText(day);
  const off = [...habit.pauses, ...calendar.vacations.filter(({ habitIds }) => habitIds === null)];
  return (
    day >= firstDay(of) &&
    (habit.endDay === null || text <= habit.endDay) &&
    (habit.archivedAt === null || text < habit.archivedAt.slice(0, 10)) &&
    !calendar.skipped.has(day) &&
    !off.some(({ from, to }) => from <= text && text <= to) &&
    !logged(of, day).some(({ kind }) => kind === "skip")
  );
}

function lived({ habit, entries, calendar }: PlainCase): number[] {
  return entries
    .filter(({ habitId, kind }) => habitId === habit.id && kind === "log")
    .map(({ day }) => Date.parse(day ?? "") / 86_400_000)
    .filter((day) => day <= calendar.today + 2);
}

function firstDay(of: PlainCase): number {
  return Math.min(Date.parse(of.habit.startDay ?? "") / 86_400_000, ...lived(of));
}

function allDays(of: PlainCase): number[] {
  const first = firstDay(of);
  const last = Math.max(of.calendar.today, ...lived(of));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
