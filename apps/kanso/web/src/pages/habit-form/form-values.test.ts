// What the form makes of what was typed, and which fields it finds wrong.

import { createHabit, editHabit } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import {
  changesOf,
  draftOf,
  type FormField,
  type FormValues,
  problemsOf,
  valuesOf,
} from "./form-values.ts";

const HERE = { nowMs: Date.UTC(2026, 10, 21, 9), zone: "Europe/Rome", dayStartHour: 0 };
const habit = createHabit("h", { title: "Read" }, HERE);
const values = valuesOf(habit);

test("what was not touched changes nothing", () => {
  expect(problemsOf(values)).toEqual(new Set());
  expect(changesOf(values, values)).toEqual({});
  const odd = { ...habit, startDay: null, interval: 3 };
  expect(changesOf(valuesOf(odd), { ...valuesOf(odd), title: "Write" })).toEqual({
    title: "Write",
  });
});

test("how often goes together", () => {
  const weekly = editHabit(habit, { frequencyType: "weekly", timesPerWeek: 3 });
  const first = valuesOf(weekly);
  const changes = changesOf(first, { ...first, frequencyType: "specific_days", weekdays: [1, 3] });
  expect(changes).toEqual({
    frequencyType: "specific_days",
    weekdays: [1, 3],
    timesPerWeek: 1,
    interval: 1,
  });
  expect(editHabit(weekly, changes).weekdays).toEqual([1, 3]);
  const daily = changesOf(valuesOf(editHabit(weekly, changes)), {
    ...first,
    frequencyType: "daily",
  });
  expect(editHabit(editHabit(weekly, changes), daily)).toMatchObject({
    frequencyType: "daily",
    weekdays: [],
  });
});

test("a comma is a decimal point, and yes or no has no unit", () => {
  const typed: FormValues = { ...values, type: "numeric", target: " 2,5 ", unit: " km " };
  expect(draftOf(typed)).toMatchObject({ targetValue: 2.5, unit: "km" });
  expect(draftOf({ ...typed, type: "boolean" })).toMatchObject({ targetValue: 1, unit: "" });
});

const WRONG: readonly (readonly [Partial<FormValues>, readonly FormField[]])[] = [
  [{ title: "  " }, ["title"]],
  [{ title: "x".repeat(101) }, ["title"]],
  [{ description: "x".repeat(501) }, ["description"]],
  [{ color: "red" }, ["color"]],
  [{ type: "numeric", target: "" }, ["targetValue"]],
  [{ type: "numeric", target: "-1" }, ["targetValue"]],
  [{ type: "numeric", target: "1e99" }, ["targetValue"]],
  [{ type: "numeric", target: "0.0001" }, ["targetValue"]],
  [{ type: "numeric", target: "a lot" }, ["targetValue"]],
  [{ type: "timer", unit: "x".repeat(51) }, ["unit"]],
  [{ frequencyType: "specific_days", weekdays: [] }, ["weekdays"]],
  [{ frequencyType: "interval", interval: "0" }, ["interval"]],
  [{ frequencyType: "interval", interval: "1.5" }, ["interval"]],
  [{ frequencyType: "interval", interval: "" }, ["interval"]],
  [{ frequencyType: "weekly", timesPerWeek: 8 }, ["timesPerWeek"]],
  [{ startDay: "2026-13-01" }, ["startDay"]],
  [{ startDay: "2026-11-21", endDay: "2026-11-20" }, ["endDay"]],
  [{ reminderTime: "25:00" }, ["reminderTime"]],
  [
    { title: "", type: "numeric", target: "x", frequencyType: "specific_days", weekdays: [] },
    ["title", "weekdays", "targetValue"],
  ],
];

test.each(WRONG)("%o is wrong in %o", (typed, fields) => {
  expect([...problemsOf({ ...values, ...typed })].sort()).toEqual([...fields].sort());
});
