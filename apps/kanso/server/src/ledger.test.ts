// The ledger in few bytes against the plain way: a map of all entries, added up from the beginning.

import { createEntry, type Entry, logsOf } from "@syncline/kanso-domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEntryIndex } from "./entry-index.ts";
import { createLedger } from "./ledger.ts";

const NOON = Date.parse("2026-03-10T12:00:00Z");
const UUIDS = Array.from(
  { length: 6 },
  (_, n) => `3af2bbd9-8537-4a7f-8eb5-75f60ee528a${n.toString(16)}`,
);
/** Like a UUID, and none; and what devices make themselves. */
const OTHERS = [
  "3AF2BBD9-8537-4A7F-8EB5-75F60EE528A0",
  "3af2bbd98537-4a7f-8eb5-75f60ee528a00000",
  "e1",
  "__proto__",
];
const change = fc.record({
  id: fc.constantFrom(...UUIDS, ...OTHERS),
  habitId: fc.constantFrom("h1", "h2", "constructor"),
  at: fc.constantFrom("2026-03-09T23:30:00Z", "2026-03-10T11:00:00Z", "2026-03-10T10:59:00Z"),
  day: fc.constantFrom(null, "2026-03-01", "2026-03-09"),
  kind: fc.constantFrom("log" as const, "skip" as const, "note" as const),
  value: fc.integer({ min: 0, max: 9_000 }).map((value) => value / 1000),
  gone: fc.boolean(),
});

test("after any changes it says of every habit what its entries say", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const ledger = createLedger();
      const entries = new Map<string, Entry>();
      for (const { id, gone, day, ...draft } of changes) {
        const circumstance = { nowMs: NOON, zone: null, dayStartHour: 0 };
        const made = createEntry(id, { ...draft, ...(day === null ? {} : { day }) }, circumstance);
        const touched = ledger.set(id, gone ? undefined : made);
        const before = entries.get(id);
        if (before !== undefined) expect(touched).toContain(before.habitId);
        if (!gone) expect(touched).toContain(made.habitId);
        if (gone) entries.delete(id);
        else entries.set(id, made);
      }
      for (const zone of ["UTC", "Pacific/Honolulu", "Asia/Kolkata"])
        for (const dayStartHour of [0, 3])
          for (const habit of ["h1", "h2", "constructor", "nobody"]) {
            const plain = logsOf(entries.values(), { zone, dayStartHour }).get(habit) ?? new Map();
            const log = ledger.log(habit, { zone, dayStartHour });
            expect(new Map(log)).toEqual(new Map(plain));
          }
    }),
  );
});

test("an index gives each id one place, whatever the ids look like", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uuid(), fc.string({ maxLength: 40 }), fc.constantFrom(...OTHERS))),
      (ids) => {
        const index = createEntryIndex();
        const plain = new Map<string, number>();
        for (const id of ids) {
          expect(index.find(id)).toBe(plain.get(id) ?? -1);
          const place = plain.get(id) ?? plain.size;
          plain.set(id, place);
          expect(index.place(id)).toBe(place);
        }
        for (const [id, place] of plain) expect(index.find(id)).toBe(place);
        expect(index.count).toBe(plain.size);
      },
    ),
  );
});

test("a year of twenty habits takes less than half a megabyte", () => {
  const ledger = createLedger();
  const template = createEntry(
    "x",
    { habitId: "h" },
    { nowMs: NOON, zone: "UTC", dayStartHour: 0 },
  );
  for (let n = 0; n < 7_300; n += 1) {
    const id = `${n.toString(16).padStart(8, "0")}-8537-4a7f-8eb5-75f60ee528a0`;
    ledger.set(id, { ...template, id, habitId: `h${n % 20}` });
  }
  expect(ledger.bytes).toBeLessThan(500_000);
});
