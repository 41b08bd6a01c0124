// What is done with habits: made, edited, archived, restored, moved. Each gives the habit anew; none touches the old one.

import { dayToText, parseDay } from "./day.ts";
import type { DayRange, FrequencyType, Habit } from "./habit.ts";
import { deriveFrequency, settleHabit } from "./habit-rules.ts";
import { momentText, parseMoment } from "./instant.ts";
import { refuse } from "./problem.ts";
import { dayAt } from "./zone.ts";

/** Where and when something is done. */
export interface Circumstance {
  readonly nowMs: number;
  /** The zone where the person is, where it is known. */
  readonly zone: string | null;
  readonly dayStartHour: number;
}

export interface HabitDraft {
  readonly title: string;
  readonly description?: string;
  readonly color?: string;
  readonly icon?: string;
  readonly sortOrder?: number;
  readonly type?: string;
  readonly frequencyType?: string;
  readonly weekdays?: readonly number[];
  readonly interval?: number;
  readonly timesPerWeek?: number;
  readonly reminderTime?: string | null;
  readonly targetValue?: number;
  readonly targetType?: string;
  readonly unit?: string;
  readonly startDay?: string | null;
  readonly endDay?: string | null;
}

/**
 * Makes a habit. Where no frequency type is given, weekdays and interval tell it.
 * @throws {DomainError} naming the field
 */
export function createHabit(id: string, draft: HabitDraft, circumstance: Circumstance): Habit {
  const { nowMs, zone, dayStartHour } = circumstance;
  const now = momentText(nowMs);
  return editHabit(
    {
      id,
      title: "",
      description: "",
      color: "",
      icon: "",
      sortOrder: 0,
      type: "boolean",
      frequencyType: "daily",
      weekdays: [],
      interval: 1,
      timesPerWeek: 1,
      reminderTime: null,
      targetValue: 1,
      targetType: "at_least",
      unit: "",
      startDate: now,
      startDay: zone === null ? null : dayToText(dayAt(nowMs, zone, dayStartHour)),
      endDate: null,
      endDay: null,
      archivedAt: null,
      pauses: [],
      createdAt: now,
    },
    { ...draft, ...(draft.type?.trim() === "" ? { type: "boolean" } : {}) },
  );
}

/**
 * Edits a habit; what is left out stays as it is. A frequency type that is given must agree with weekdays;
 * one that is not is derived where weekdays or interval change.
 * @throws {DomainError} naming the field
 */
export function editHabit(habit: Habit, changes: Partial<HabitDraft>): Habit {
  const weekdays = changes.weekdays ?? habit.weekdays;
  const interval = changes.interval ?? habit.interval;
  const derives = interval !== habit.interval || weekdays.join() !== habit.weekdays.join();
  const derived = derives ? deriveFrequency(weekdays, interval) : habit.frequencyType;
  const frequencyType = (changes.frequencyType ?? derived) as FrequencyType; // settleHabit looks at it
  // Who turns to every day says that the weekdays are over, unless he names some in the same breath.
  const keepsWeekdays = frequencyType === "specific_days" || changes.weekdays !== undefined;
  return settleHabit({
    ...habit,
    title: changes.title ?? habit.title,
    description: changes.description ?? habit.description,
    color: changes.color ?? habit.color,
    icon: changes.icon ?? habit.icon,
    sortOrder: changes.sortOrder ?? habit.sortOrder,
    type: (changes.type ?? habit.type) as Habit["type"], // and at this
    frequencyType,
    weekdays: keepsWeekdays ? weekdays : [],
    interval,
    timesPerWeek: changes.timesPerWeek ?? habit.timesPerWeek,
    reminderTime: changes.reminderTime === undefined ? habit.reminderTime : changes.reminderTime,
    targetValue: changes.targetValue ?? habit.targetValue,
    targetType: (changes.targetType ?? habit.targetType) as Habit["targetType"], // and at this
    unit: changes.unit ?? habit.unit,
    ...(changes.startDay === undefined ? {} : moved("start", changes.startDay, habit)),
    ...(changes.endDay === undefined ? {} : moved("end", changes.endDay, habit)),
  });
}

/** The days that people choose, and the moments that the wire shows for them. */
function moved(which: "start" | "end", day: string | null, habit: Habit): Partial<Habit> {
  if (day !== null && parseDay(day) === undefined)
    refuse(`${which}Day`, `${which} date must be a date like 2026-03-02`);
  const moment = day === null ? null : `${day}T00:00:00Z`;
  return which === "start"
    ? { startDay: day, startDate: moment ?? habit.createdAt }
    : { endDay: day, endDate: moment };
}

/** @param at a moment's text; now where left out */
export function archiveHabit(habit: Habit, circumstance: Circumstance, at?: string): Habit {
  return { ...habit, archivedAt: at ?? momentText(circumstance.nowMs) };
}

/** Brings an archived habit back. The time in between becomes a pause: it breaks no streak. */
export function restoreHabit(habit: Habit, circumstance: Circumstance): Habit {
  if (habit.archivedAt === null) return habit;
  const zone = circumstance.zone ?? "UTC";
  const archivedMs = parseMoment(habit.archivedAt)?.ms ?? circumstance.nowMs;
  const from = dayAt(archivedMs, zone, circumstance.dayStartHour);
  const to = dayAt(circumstance.nowMs, zone, circumstance.dayStartHour) - 1;
  const pause: DayRange[] = to < from ? [] : [{ from: dayToText(from), to: dayToText(to) }];
  return settleHabit({ ...habit, archivedAt: null, pauses: [...habit.pauses, ...pause] });
}

/** @throws {DomainError} for an archived habit, which has no place in the list */
export function repositionHabit(habit: Habit, sortOrder: number): Habit {
  if (habit.archivedAt !== null) refuse("sortOrder", "an archived habit cannot be moved");
  return settleHabit({ ...habit, sortOrder });
}
