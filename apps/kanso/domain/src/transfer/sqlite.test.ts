// Databases that SQLite itself has written, read without it; and files that only look like one.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../problem.ts";
import { importFiles } from "./import-files.ts";
import { loopFilesOf } from "./loop-backup.ts";
import { isSqlite, readSqlite } from "./sqlite.ts";

function databaseOf(fill: (database: DatabaseSync) => void): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "kanso-sqlite-"));
  try {
    const database = new DatabaseSync(join(folder, "some.db"));
    fill(database);
    database.close();
    return readFileSync(join(folder, "some.db"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Cell = string | number | null;
const anyCell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.constantFrom(
    0,
    1,
    -1,
    127,
    -129,
    40_000,
    -9_000_000,
    2 ** 40,
    -(2 ** 46),
    Number.MAX_SAFE_INTEGER,
  ),
  // Without the sign of nothing: whether it is kept depends on how the number is stored.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "").toWellFormed()),
  // Longer than a page: it goes on in others.
  fc.nat(9_000).map((length) => "äb".repeat(length)),
);

test.each([
  ["UTF-8", 512],
  ["UTF-8", 4_096],
  ["UTF-16le", 1_024],
  ["UTF-16be", 65_536],
])("%s, pages of %i bytes: every value comes back as it was stored", (encoding, pageBytes) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyCell, anyCell), { maxLength: 60 }), (cells) => {
      const content = databaseOf((database) => {
        database.exec(`pragma encoding = '${encoding}'; pragma page_size = ${pageBytes}`);
        database.exec(
          "create table Things (Id integer primary key, [first one], 'note' text, unique (id))",
        );
        database.exec("alter table Things add column later text");
        const insert = database.prepare(
          "insert into things (id, [first one], later) values (?, ?, ?)",
        );
        for (const [index, [one, other]] of cells.entries())
          insert.run(index * 7 + 1, one, typeof other === "number" ? String(other) : other);
      });
      expect(isSqlite(content)).toBe(true);
      const rows = readSqlite(content, "some.db").rows("things") ?? [];
      expect(rows.map((row) => row["first one"])).toEqual(cells.map(([one]) => one));
      expect(rows.map((row) => row["id"])).toEqual(cells.map((_, index) => index * 7 + 1));
      expect(rows.map((row) => row["later"])).toEqual(
        cells.map(([, other]) => (typeof other === "number" ? String(other) : other)),
      );
    }),
    { numRuns: 15 },
  );
});

const LOOP_SCHEMA = `
  create table Habits (id integer primary key autoincrement, archived integer, color integer, description text,
    freq_den integer, freq_num integer, highlight integer, name text, position integer, reminder_hour integer,
    reminder_min integer, reminder_days integer not null default 127, type integer not null default 0,
    target_type integer not null default 0, target_value real not null default 0, unit text not null default "",
    question text, uuid text);
  create table Repetitions (id integer primary key autoincrement, habit integer not null references habits(id),
    timestamp integer not null, value integer not null, notes text);
  create unique index idx_repetitions_habit_timestamp on Repetitions(habit, timestamp);`;

function loopBackup(days = 3): Uint8Array {
  return databaseOf((database) => {
    database.exec(LOOP_SCHEMA);
    database.exec(`insert into Habits (id, archived, color, description, freq_den, freq_num, name, position, type,
      target_type, target_value, unit, question) values
      (7, 0, 8, '', 7, 3, 'Run, or swim', 1, 0, 0, 0, '', ''),
      (3, 1, 11, 'Tap is fine', 1, 1, 'Water', 0, 1, 0, 2.5, 'litres', 'How much?')`);
    const insert = database.prepare(
      "insert into Repetitions (habit, timestamp, value, notes) values (?, ?, ?, ?)",
    );
    const first = Date.UTC(2026, 2, 1);
    database.exec("begin");
    for (let day = 0; day < days; day += 1) {
      insert.run(
        7,
        first + day * 86_400_000,
        day % 3 === 2 ? 3 : 2,
        day === 0 ? 'The "river"' : null,
      );
      insert.run(3, first + day * 86_400_000, 750 * (day + 1), "");
    }
    database.exec("commit");
  });
}

test("Loop's full backup brings what its CSV export brings, with the same ids", () => {
  const options = { nowMs: Date.UTC(2026, 5, 1) };
  const files = loopFilesOf(loopBackup(), "Loop Habits Backup.db");
  const { source, habits, entries, notices } = importFiles(files, options);
  expect({ source, notices }).toEqual({ source: "loop", notices: [] });
  expect(habits).toMatchObject([
    { title: "Water", type: "numeric", targetValue: 2.5, unit: "litres", color: "#1976D2" },
    { title: "Run, or swim", frequencyType: "weekly", timesPerWeek: 3, archivedAt: null },
  ]);
  expect(habits[0]?.description).toBe("How much?\n\nTap is fine");
  expect(habits[0]?.archivedAt).not.toBeNull();
  const [water, run] = habits.map(({ id }) =>
    entries
      .filter(({ habitId }) => habitId === id)
      .map(({ day, kind, value, notes }) => [day, kind, value, notes]),
  );
  expect(run).toEqual([
    ["2026-03-01", "log", 1, 'The "river"'],
    ["2026-03-02", "log", 1, ""],
    ["2026-03-03", "skip", 0, ""],
  ]);
  expect(water?.map(([, , value]) => value)).toEqual([0.75, 1.5, 2.25]);
  // Who imports the CSV after it has nothing twice.
  const csv = new Map([
    ["Habits.csv", "Position,Name,Type\n001,Water,NUMERICAL\n"],
    ["001 Water/Checkmarks.csv", "Date,Value,Notes\n2026-03-01,750,\n"],
  ]);
  const [again] = importFiles(csv, options).entries;
  expect(entries.some(({ id }) => id === again?.id)).toBe(true);
});

test("five years of a backup are read whole", () => {
  const files = loopFilesOf(loopBackup(1_826), "loop.db");
  expect(importFiles(files, { nowMs: 0 }).entries).toHaveLength(2 * 1_826);
});

test("another app's database is none of Loop's, and a damaged one says so; nothing hangs", () => {
  const other = databaseOf((database) => database.exec("create table notes (id integer)"));
  expect(() => loopFilesOf(other, "x.db")).toThrow(DomainError);
  const good = loopBackup(400);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
      fc.nat(good.length),
      (changes, length) => {
        const content = new Uint8Array(good);
        for (const [at, byte] of changes) content[at] = byte;
        const read = () =>
          importFiles(loopFilesOf(content.subarray(0, length), "x.db"), { nowMs: 0 });
        try {
          read();
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DomainError);
        }
      },
    ),
    { numRuns: 300 },
  );
});
