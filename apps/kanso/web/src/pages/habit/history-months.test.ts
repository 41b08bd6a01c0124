// The diary of a habit: months and days from the latest on, each day once, with all that was noted.

import { createCalendar, DEFAULT_SETTINGS, type Entry, logsOf } from "@syncline/kanso-domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { historyOf } from "./history-months.ts";

const calendar = createCalendar({
  ...DEFAULT_SETTINGS,
  zone: "Europe/Rome",
  vacations: [],
  nowMs: Date.UTC(2026, 10, 21, 12),
});

let made = 0;

function entry(at: string, changes: Partial<Entry> = {}): Entry {
  made += 1;
  const own = { id: `e${made}`, habitId: "h", at, day: at.slice(0, 10), zone: null, createdAt: at };
  return { ...own, kind: "log", value: 1, notes: "", ...changes };
}

function history(entries: readonly Entry[]) {
  return historyOf(entries, logsOf(entries, calendar).get("h") ?? new Map(), calendar);
}

test("without entries there is nothing", () => {
  expect(history([])).toEqual([]);
});

test("by months, the latest first, a line for each day", () => {
  const months = history([
    entry("2026-10-31T08:00:00Z"),
    entry("2026-11-02T08:00:00Z", { value: 2 }),
    entry("2026-11-01T08:00:00Z"),
    entry("2026-11-02T20:00:00Z", { value: 0.5 }),
    entry("2025-11-02T08:00:00Z"),
  ]);
  expect(months.map(({ days }) => days.map(({ total }) => total))).toEqual([[2.5, 1], [1], [1]]);
  expect(
    months.map(({ first }) => new Date(first * 86_400_000).toISOString().slice(0, 10)),
  ).toEqual(["2026-11-01", "2026-10-01", "2025-11-01"]);
});

test("what was noted on a day stands together, the latest first, whatever the order of the entries", () => {
  const morning = entry("2026-11-02T07:00:00Z", { notes: "Tired." });
  const evening = entry("2026-11-02T20:00:00Z", { notes: "Better." });
  for (const entries of [
    [morning, evening],
    [evening, morning],
  ])
    expect(history(entries)[0]?.days).toMatchObject([{ notes: "Better.\nTired." }]);
});

test("a day that was skipped, and done all the same, was not skipped", () => {
  const skip = entry("2026-11-02T07:00:00Z", { kind: "skip", value: 0 });
  expect(history([skip])[0]?.days).toMatchObject([{ skipped: true, total: 0 }]);
  expect(history([skip, entry("2026-11-02T20:00:00Z")])[0]?.days).toMatchObject([
    { skipped: false, total: 1 },
  ]);
});

test("an entry that says no day stands on the day that it was where it is read", () => {
  const late = entry("2026-10-31T23:30:00Z", { day: null, notes: "After midnight." });
  expect(history([late])).toMatchObject([{ days: [{ notes: "After midnight." }] }]);
  const [month] = history([late]);
  expect(month?.days[0]?.day).toBe(month?.first); // the first of November, in Rome
});

test("every day of the log once, and nothing else", () => {
  const day = fc.integer({ min: 20_000, max: 20_400 });
  fc.assert(
    fc.property(fc.array(day), (days) => {
      const entries = days.map((one) => entry(new Date(one * 86_400_000).toISOString()));
      const shown = history(entries).flatMap(({ days: those }) => those.map(({ day }) => day));
      expect(shown).toEqual([...new Set(days)].sort((a, b) => b - a));
    }),
  );
});
