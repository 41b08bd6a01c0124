// The rules of habits.

import { describe, expect, test } from "vitest";
import type { Habit } from "./habit.ts";
import {
  archiveHabit,
  createHabit,
  editHabit,
  repositionHabit,
  restoreHabit,
} from "./habit-changes.ts";
import { readHabit } from "./habit-rules.ts";
import { msOf } from "./testing/fixture.ts";

const circumstance = {
  nowMs: msOf("2026-03-02T17:05:11Z"),
  zone: "Europe/Rome",
  dayStartHour: 0,
};
const make = (draft: Parameters<typeof createHabit>[1]) => createHabit("h1", draft, circumstance);

test("a new habit is a daily yes or no that begins now (A1, A2)", () => {
  expect(make({ title: "  Play cello " })).toEqual({
    id: "h1",
    title: "Play cello",
    description: "",
    color: "",
    icon: "default_icon",
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
    startDate: "2026-03-02T17:05:11Z",
    startDay: "2026-03-02",
    endDate: null,
    endDay: null,
    archivedAt: null,
    pauses: [],
    createdAt: "2026-03-02T17:05:11Z",
  } satisfies Habit);
});

test("the frequency is derived: weekdays before interval before daily (A4, A7)", () => {
  const timer = make({ title: "x", type: "timer", interval: 3, targetValue: 30 });
  expect(timer).toMatchObject({ frequencyType: "interval", targetValue: 30 });
  const both = make({ title: "x", weekdays: [1, 3], interval: 5 });
  expect(both).toMatchObject({ frequencyType: "specific_days", interval: 5 });
  expect(editHabit(both, { weekdays: [] }).frequencyType).toBe("interval");
});

test("an edit that says nothing of the frequency leaves it; one that names it drops what contradicts", () => {
  const weekly = make({ title: "x", frequencyType: "weekly", timesPerWeek: 3 });
  expect(editHabit(weekly, { title: "y" }).frequencyType).toBe("weekly");
  expect(editHabit(weekly, { title: "y", weekdays: [], interval: 1 }).frequencyType).toBe("weekly");
  const days = make({ title: "x", weekdays: [5, 1, 1, 3] });
  expect(days.weekdays).toEqual([1, 3, 5]);
  expect(editHabit(days, { frequencyType: "daily" })).toMatchObject({
    frequencyType: "daily",
    weekdays: [],
  });
});

test("weekdays are sorted copies: the caller's list stays his (A13)", () => {
  const given = [5, 1, 1, 3];
  const made = make({ title: "x", weekdays: given });
  given.push(6);
  expect(made.weekdays).toEqual([1, 3, 5]);
  expect(given).toEqual([5, 1, 1, 3, 6]);
});

test("a boolean habit aims at 1 (A5), also when it becomes one", () => {
  expect(make({ title: "x", targetValue: 100 }).targetValue).toBe(1);
  const numeric = make({ title: "x", type: "numeric", targetValue: 2000 });
  expect(editHabit(numeric, { type: "boolean" }).targetValue).toBe(1);
});

describe("what is refused, by field and text", () => {
  test.each([
    [{ title: "" }, "title", "habit title cannot be empty"],
    [{ title: " \t " }, "title", "habit title cannot be empty"],
    [{ title: "a".repeat(101) }, "title", "habit title is too long (max 100 characters)"],
    [
      { title: "x", description: "a".repeat(501) },
      "description",
      "habit description is too long (max 500 characters)",
    ],
    [{ title: "x", color: "#ZZZZZZ" }, "color", "invalid color format (must be #RRGGBB)"],
    [{ title: "x", color: "#1234" }, "color", "invalid color format (must be #RRGGBB)"],
    [{ title: "x", color: "red" }, "color", "invalid color format (must be #RRGGBB)"],
    [{ title: "x", type: "mood" }, "type", 'invalid habit type "mood"'],
    [
      { title: "x", frequencyType: "hourly" },
      "frequencyType",
      "invalid frequency type (must be daily, weekly, specific_days or interval)",
    ],
    [
      { title: "x", weekdays: [7] },
      "weekdays",
      "weekdays must be between 0 (Sunday) and 6 (Saturday)",
    ],
    [
      { title: "x", weekdays: [-1] },
      "weekdays",
      "weekdays must be between 0 (Sunday) and 6 (Saturday)",
    ],
    [
      { title: "x", weekdays: [1.5] },
      "weekdays",
      "weekdays must be between 0 (Sunday) and 6 (Saturday)",
    ],
    [
      { title: "x", frequencyType: "specific_days" },
      "weekdays",
      "specific_days needs at least one weekday",
    ],
    [
      { title: "x", frequencyType: "daily", weekdays: [1] },
      "frequencyType",
      "weekdays contradict the frequency type daily",
    ],
    [{ title: "x", interval: -5 }, "interval", "interval cannot be negative"],
    [
      { title: "x", type: "numeric", targetValue: -1 },
      "targetValue",
      "target value cannot be negative",
    ],
    [
      { title: "x", reminderTime: "hello" },
      "reminderTime",
      "invalid reminder time (must be HH:MM)",
    ],
    [
      { title: "x", reminderTime: "25:00" },
      "reminderTime",
      "invalid reminder time (must be HH:MM)",
    ],
    [{ title: "x", reminderTime: "7:30" }, "reminderTime", "invalid reminder time (must be HH:MM)"],
    [{ title: "x", timesPerWeek: 8 }, "timesPerWeek", "times per week must be between 1 and 7"],
    [{ title: "x", unit: "u".repeat(51) }, "unit", "unit is too long (max 50 characters)"],
    [{ title: "x", endDay: "2026-02-30" }, "endDay", "end date must be a date like 2026-03-02"],
    [{ title: "x", endDay: "2026-03-01" }, "endDay", "end date cannot be before start date"],
  ])("%j", (draft, field, message) => {
    expect(() => make(draft)).toThrow(expect.objectContaining({ field, message }));
  });
});

test.each([
  { title: "ä".repeat(100) },
  { title: "😀".repeat(100) },
  { title: "x", description: "ü".repeat(500) },
  { title: "x", color: "#FFF" },
  { title: "x", color: "#0a7Bc9" },
  { title: "x", weekdays: [0, 6] },
  { title: "x", reminderTime: "07:30" },
  { title: "x", type: "numeric", targetValue: 0 },
  { title: "x", type: "numeric", targetValue: 2.125 },
])("accepted: %j", (draft) => {
  expect(() => make(draft)).not.toThrow();
});

test("a reminder is cleared by an empty text (A15), an icon falls back to the default", () => {
  const made = make({ title: "x", reminderTime: "07:30", icon: "cello" });
  expect(editHabit(made, { reminderTime: "", icon: " " })).toMatchObject({
    reminderTime: null,
    icon: "default_icon",
  });
});

test("an archived habit can be edited but not moved; what comes back has a pause behind it (A16, A17)", () => {
  const archived = archiveHabit(make({ title: "x" }), circumstance, "2026-03-10T23:30:00Z");
  expect(editHabit(archived, { title: "y" })).toMatchObject({
    title: "y",
    archivedAt: "2026-03-10T23:30:00Z",
  });
  expect(() => repositionHabit(archived, 3)).toThrow("an archived habit cannot be moved");
  const back = restoreHabit(archived, { ...circumstance, nowMs: msOf("2026-03-20T08:00:00Z") });
  expect(back).toMatchObject({
    archivedAt: null,
    pauses: [{ from: "2026-03-11", to: "2026-03-19" }],
  });
  expect(repositionHabit(back, 3).sortOrder).toBe(3);
});

test("archived and restored on one day leaves no pause", () => {
  const archived = archiveHabit(make({ title: "x" }), circumstance);
  expect(restoreHabit(archived, circumstance).pauses).toEqual([]);
});

test("a stored habit reads as it was made; a damaged one is refused by field", () => {
  const made = make({ title: "x", weekdays: [1], type: "numeric", targetValue: 3 });
  const { id, ...stored } = made;
  expect(readHabit(id, JSON.parse(JSON.stringify(stored)))).toEqual(made);
  for (const [name, value] of [
    ["title", 5],
    ["weekdays", "1"],
    ["weekdays", [1, "2"]],
    ["interval", "2"],
    ["interval", 1.5],
    ["targetValue", "many"],
    ["targetValue", Number.NaN],
    ["startDate", "yesterday"],
    ["startDay", "2026-13-01"],
    ["archivedAt", "2026-02-30T00:00:00Z"],
    ["pauses", {}],
    ["pauses", [{ from: "2026-01-02", to: "2026-01-01" }]],
    ["pauses", [null]],
    ["createdAt", undefined],
  ] as const) {
    expect(() => readHabit(id, { ...stored, [name]: value }), name).toThrow(
      expect.objectContaining({ name: "DomainError" }),
    );
  }
  for (const broken of [null, [], "habit", 5, undefined])
    expect(() => readHabit(id, broken)).toThrow("habit must be an object");
});
