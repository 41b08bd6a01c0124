// The rules of entries, and the day that each belongs to.

import { expect, test } from "vitest";
import { createEntry, readEntry } from "./entry.ts";
import { msOf } from "./testing/fixture.ts";

const nowMs = msOf("2026-03-02T18:20:00Z");
const nowhere = { nowMs, zone: null, dayStartHour: 0 };

test("the moment is kept in UTC, and a missing amount is 0 (B1)", () => {
  expect(
    createEntry("e", { habitId: "h", at: "2026-03-02T10:00:00.50+01:00" }, nowhere),
  ).toMatchObject({ at: "2026-03-02T09:00:00.5Z", value: 0, notes: "", kind: "log" });
});

test.each([
  ["2026-03-02T23:30:00Z", null, null],
  ["2026-03-02T23:30:00+02:00", null, "2026-03-02"],
  ["2026-03-02T23:30:00Z", "Europe/Rome", "2026-03-03"],
  ["2026-03-02T23:30:00Z", "Pacific/Honolulu", "2026-03-02"],
  ["2026-03-02T18:30:00Z", "Asia/Kathmandu", "2026-03-03"],
  ["2026-03-02T18:10:00Z", "Asia/Kathmandu", "2026-03-02"],
])("%s in %s is %s", (at, zone, day) => {
  expect(createEntry("e", { habitId: "h", at }, { nowMs, zone, dayStartHour: 0 }).day).toBe(day);
});

test("a day that a person chose is not argued with", () => {
  const chosen = createEntry(
    "e",
    { habitId: "h", day: "2026-02-27" },
    { nowMs, zone: "Europe/Rome", dayStartHour: 3 },
  );
  expect(chosen).toMatchObject({ day: "2026-02-27", at: "2026-03-02T18:20:00Z" });
});

test.each([
  [{ habitId: " " }, "habitId", "habit id cannot be empty"],
  [{ habitId: "h", value: -10 }, "value", "value cannot be negative"],
  [{ habitId: "h", value: Number.POSITIVE_INFINITY }, "value", "value must be a number"],
  [{ habitId: "h", value: 0.0001 }, "value", "value cannot have more than three decimals"],
  [{ habitId: "h", at: "2026-03-02" }, "at", "completion date must be an RFC 3339 moment"],
  [{ habitId: "h", at: "" }, "at", "completion date must be an RFC 3339 moment"],
  [{ habitId: "h", at: "0001-01-01T00:00:00Z" }, "at", "completion date is required"],
])("refused: %j (B2)", (draft, field, message) => {
  expect(() => createEntry("e", draft, nowhere)).toThrow(
    expect.objectContaining({ field, message }),
  );
});

test("a stored entry reads as it was made; a damaged one is refused", () => {
  const made = createEntry("e", { habitId: "h", value: 2.5 }, { ...nowhere, zone: "Asia/Tokyo" });
  const { id, ...stored } = made;
  expect(readEntry(id, stored)).toEqual(made);
  for (const damage of [
    { habitId: 1 },
    { value: "3" },
    { kind: "joke" },
    { zone: "Mars/Olympus" },
    { day: "2026-3-2" },
    { at: null },
  ])
    expect(() => readEntry(id, { ...stored, ...damage }), JSON.stringify(damage)).toThrow(
      expect.objectContaining({ name: "DomainError" }),
    );
});
