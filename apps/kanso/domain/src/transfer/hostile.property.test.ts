// Files of anybody: whatever is in them, an import gives valid records or refuses by name, and ends.

import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../../../tools/property-runs.ts";
import { readEntry } from "../entry.ts";
import { readHabit } from "../habit-rules.ts";
import { DomainError } from "../problem.ts";
import { msOf } from "../testing/fixture.ts";
import { HABITBULL, LOOP } from "../testing/sample.ts";
import type { Files } from "./archive.ts";
import { importFiles } from "./import-files.ts";
import { exportJson } from "./json.ts";
import { importLoop } from "./loop-import.ts";
import { exportTables } from "./tables.ts";

const options = { nowMs: msOf("2026-03-10T12:00:00Z") };
const ours = importLoop(LOOP, options);
const GOOD: readonly Files[] = [
  LOOP,
  new Map([["habitbull.csv", HABITBULL]]),
  new Map([["kanso.json", exportJson(ours)]]),
  exportTables(ours),
];

const scrap = fc.constantFrom(
  '"',
  ",",
  "\n",
  "\r\n",
  "-1",
  "1e999",
  "NaN",
  "null",
  "{}",
  "[]",
  "__proto__",
  "2026-02-30",
  "\0",
  "\uD800",
  "=1+1",
  "YES_MANUAL",
  "9".repeat(40),
);

/** A good export with pieces cut out, doubled, or put in. */
const damaged = fc
  .record({
    files: fc.constantFrom(...GOOD),
    cuts: fc.array(fc.record({ which: fc.nat(), at: fc.nat(), length: fc.nat(30), put: scrap }), {
      minLength: 1,
      maxLength: 5,
    }),
  })
  .map(({ files, cuts }) => {
    const changed = new Map(files);
    for (const { which, at, length, put } of cuts) {
      const [path, text] = [...changed][which % changed.size] ?? ["", ""];
      const from = at % (text.length + 1);
      changed.set(path, text.slice(0, from) + put + text.slice(from + length));
    }
    return changed;
  });

function importOrRefuse(files: Files): void {
  let imported: ReturnType<typeof importFiles>;
  try {
    imported = importFiles(files, options);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DomainError);
    return;
  }
  for (const { id, ...habit } of imported.habits) expect(readHabit(id, habit)).toMatchObject(habit);
  for (const { id, ...entry } of imported.entries)
    expect(readEntry(id, entry)).toMatchObject(entry);
}

test("damaged exports", () => {
  fc.assert(fc.property(damaged, importOrRefuse), { numRuns: runs(1_500) });
});

test("files of anything", { timeout: 30_000 }, () => {
  const name = fc.constantFrom("Habits.csv", "Checkmarks.csv", "habits.csv", "entries.csv", "x");
  const anything = fc.array(fc.tuple(name, fc.string({ unit: "binary", maxLength: 200 })));
  fc.assert(
    fc.property(anything, (files) => importOrRefuse(new Map(files))),
    { numRuns: runs(500) },
  );
});
