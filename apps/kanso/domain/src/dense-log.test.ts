// The log in few bytes against the plain one.

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDay } from "./day.ts";
import { denseLogOf } from "./dense-log.ts";
import { createEntry } from "./entry.ts";
import { logsOf } from "./habit-log.ts";

const where = { zone: "UTC", dayStartHour: 0 };
const days = [
  "2026-02-27",
  "2026-02-28",
  "2026-03-01",
  "2026-03-05",
  "2027-01-01",
  "0001-01-01",
  "9999-12-31",
];
const entry = fc.record({
  day: fc.constantFrom(...days),
  kind: fc.constantFrom("log" as const, "skip" as const),
  value: fc.integer({ min: 0, max: 2_147_483_647_000 }).map((thousandths) => thousandths / 1000),
});

test("a log in few bytes says of every day what the plain one says", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (drafts) => {
      const entries = drafts.map((draft, index) =>
        createEntry(`e${index}`, { habitId: "h", ...draft }, { ...where, nowMs: 0 }),
      );
      const plain = logsOf(entries, where).get("h") ?? new Map();
      const dense = denseLogOf(
        drafts.map((draft) => ({ ...draft, day: parseDay(draft.day) ?? 0 })),
      );
      expect(new Map(dense)).toEqual(plain);
      for (const text of days) {
        const day = parseDay(text) ?? 0;
        expect(dense.get(day)).toEqual(plain.get(day));
        expect(dense.get(day + 1)).toEqual(plain.get(day + 1));
      }
    }),
  );
});

test("a log of nothing has no days", () => {
  const log = denseLogOf([]);
  expect([...log]).toEqual([]);
  expect(log.get(0)).toBeUndefined();
});

test("two entries at the ends of the calendar do not cost all the days between", () => {
  const log = denseLogOf([
    { day: -700_000, kind: "log", value: 1 },
    { day: 2_900_000, kind: "log", value: 1 },
  ]);
  expect(log.bytes).toBeLessThan(1_000);
});
