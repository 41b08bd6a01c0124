// The rules of habits: what is accepted, what is filled in, and which texts say why something is not.

import { parseDay } from "./day.ts";
import { readFields } from "./fields.ts";
import {
  type DayRange,
  FREQUENCY_TYPES,
  type FrequencyType,
  HABIT_TYPES,
  type Habit,
  type HabitType,
  TARGET_TYPES,
  type TargetType,
} from "./habit.ts";
import { refuse } from "./problem.ts";
import { valueProblem } from "./value.ts";

export const MAX_TITLE = 100;
export const MAX_DESCRIPTION = 500;
const MAX_SHORT = 50;
const MAX_PAUSES = 500;
const MAX_INTERVAL = 2_147_483_647;
const COLOR = /^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;
const REMINDER = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** How often, as derived from what was given: weekdays come before an interval, and that before every day. */
export function deriveFrequency(weekdays: readonly number[], interval: number): FrequencyType {
  if (weekdays.length > 0) return "specific_days";
  return interval > 1 ? "interval" : "daily";
}

/**
 * Brings a habit into its stored form: trimmed, in order, with what its type dictates.
 * @throws {DomainError} naming the field
 */
export function settleHabit(habit: Habit): Habit {
  const type = HABIT_TYPES.find((name) => name === habit.type) ?? refuseType(habit.type);
  const frequencyType =
    FREQUENCY_TYPES.find((name) => name === habit.frequencyType) ??
    refuse(
      "frequencyType",
      "invalid frequency type (must be daily, weekly, specific_days or interval)",
    );
  const weekdays = settleWeekdays(habit.weekdays);
  if (frequencyType === "specific_days" && weekdays.length === 0)
    refuse("weekdays", "specific_days needs at least one weekday");
  if (frequencyType !== "specific_days" && weekdays.length > 0)
    refuse("frequencyType", `weekdays contradict the frequency type ${frequencyType}`);
  const { interval, timesPerWeek } = habit;
  if (interval < 0) refuse("interval", "interval cannot be negative");
  if (interval < 1 || interval > MAX_INTERVAL)
    refuse("interval", `interval must be between 1 and ${MAX_INTERVAL}`);
  if (timesPerWeek < 1 || timesPerWeek > 7)
    refuse("timesPerWeek", "times per week must be between 1 and 7");
  if (!Number.isSafeInteger(habit.sortOrder))
    refuse("sortOrder", "sort order must be a whole number");
  if (habit.startDay !== null && habit.endDay !== null && habit.endDay < habit.startDay)
    refuse("endDay", "end date cannot be before start date");
  return {
    ...habit,
    title: settleTitle(habit.title),
    description: settleDescription(habit.description),
    color: settleColor(habit.color),
    icon: short("icon", habit.icon.trim() === "" ? "default_icon" : habit.icon),
    unit: short("unit", habit.unit),
    type,
    frequencyType,
    weekdays,
    reminderTime: settleReminder(habit.reminderTime),
    targetValue: settleTarget(type, habit.targetValue),
    targetType: settleTargetType(type, habit.targetType),
    pauses: settlePauses(habit.pauses),
  };
}

function settleTargetType(type: HabitType, given: TargetType): TargetType {
  const found =
    TARGET_TYPES.find((name) => name === given) ??
    refuse("targetType", "target type must be at_least or at_most");
  return type === "boolean" ? "at_least" : found;
}

/** Reads a stored record. @throws {DomainError} naming the field */
export function readHabit(id: string, stored: unknown): Habit {
  const fields = readFields("habit", stored);
  const value = fields.raw("targetValue") ?? 1;
  return settleHabit({
    id,
    title: fields.text("title"),
    description: fields.text("description", ""),
    color: fields.text("color", ""),
    icon: fields.text("icon", ""),
    sortOrder: fields.integer("sortOrder", 0),
    type: fields.text("type", "boolean") as HabitType, // settleHabit looks at it
    frequencyType: fields.text("frequencyType", "daily") as FrequencyType, // and at this
    weekdays: fields.integers("weekdays"),
    interval: fields.integer("interval", 1),
    timesPerWeek: fields.integer("timesPerWeek", 1),
    reminderTime: fields.textOrNull("reminderTime"),
    targetValue:
      typeof value === "number" ? value : refuse("targetValue", "target must be a number"),
    targetType: fields.text("targetType", "at_least") as TargetType, // and at this
    unit: fields.text("unit", ""),
    startDate: fields.moment("startDate"),
    startDay: fields.dayOrNull("startDay"),
    endDate: fields.momentOrNull("endDate"),
    endDay: fields.dayOrNull("endDay"),
    archivedAt: fields.momentOrNull("archivedAt"),
    pauses: readRanges(fields.raw("pauses")),
    createdAt: fields.moment("createdAt"),
  });
}

function refuseType(type: string): never {
  return refuse("type", `invalid habit type ${JSON.stringify(type.slice(0, 20))}`);
}

function settleTitle(given: string): string {
  const title = given.trim();
  if (title === "") refuse("title", "habit title cannot be empty");
  if (lengthOf(title) > MAX_TITLE)
    refuse("title", `habit title is too long (max ${MAX_TITLE} characters)`);
  return title;
}

function settleDescription(given: string): string {
  const description = given.trim();
  if (lengthOf(description) > MAX_DESCRIPTION)
    refuse("description", `habit description is too long (max ${MAX_DESCRIPTION} characters)`);
  return description;
}

function settleColor(color: string): string {
  if (color !== "" && !COLOR.test(color)) refuse("color", "invalid color format (must be #RRGGBB)");
  return color;
}

function settleWeekdays(given: readonly number[]): readonly number[] {
  if (given.some((weekday) => !Number.isInteger(weekday) || weekday < 0 || weekday > 6))
    refuse("weekdays", "weekdays must be between 0 (Sunday) and 6 (Saturday)");
  return [...new Set(given)].sort((a, b) => a - b);
}

function settleReminder(given: string | null): string | null {
  if (given === null || given.trim() === "") return null;
  if (!REMINDER.test(given)) refuse("reminderTime", "invalid reminder time (must be HH:MM)");
  return given;
}

function settleTarget(type: HabitType, given: number): number {
  if (type === "boolean") return 1;
  if (given < 0) refuse("targetValue", "target value cannot be negative");
  const problem = valueProblem(given);
  if (problem !== undefined) refuse("targetValue", `target ${problem}`);
  return given;
}

function settlePauses(pauses: readonly DayRange[]): readonly DayRange[] {
  if (pauses.length > MAX_PAUSES) refuse("pauses", `there can be at most ${MAX_PAUSES} pauses`);
  for (const { from, to } of pauses) {
    if (parseDay(from) === undefined || parseDay(to) === undefined)
      refuse("pauses", "pauses must have dates like 2026-03-02");
    if (to < from) refuse("pauses", "a pause cannot end before it begins");
  }
  return [...pauses].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

function readRanges(value: unknown): readonly DayRange[] {
  const list = value ?? [];
  if (!Array.isArray(list)) return refuse("pauses", "pauses must be a list");
  return list.map((item: unknown) => {
    const range = readFields("pauses", item);
    return { from: range.text("from"), to: range.text("to") };
  });
}

function short(field: string, text: string): string {
  if (lengthOf(text) > MAX_SHORT)
    refuse(field, `${field} is too long (max ${MAX_SHORT} characters)`);
  return text;
}

/** Characters as people count them, near enough: code points, not bytes. */
function lengthOf(text: string): number {
  return text.length <= MAX_TITLE ? text.length : [...text].length;
}
