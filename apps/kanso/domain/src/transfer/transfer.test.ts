// Import and export: other apps' files with all that is odd about them, and round trips without loss.

import { describe, expect, test } from "vitest";
import { logsOf } from "../habit-log.ts";
import { streakOf } from "../streak.ts";
import { calendarAt, msOf, vacation } from "../testing/fixture.ts";
import { fiveYears, HABITBULL, LOOP } from "../testing/sample.ts";
import type { Imported } from "./archive.ts";
import { importHabitBull } from "./habitbull-import.ts";
import { importFiles } from "./import-files.ts";
import { exportJson } from "./json.ts";
import { exportLoop } from "./loop-export.ts";
import { importLoop } from "./loop-import.ts";
import { exportTables } from "./tables.ts";

const options = { nowMs: msOf("2026-03-10T12:00:00Z") };
const withoutNotices = ({ habits, entries }: Imported) => ({ habits, entries });

describe("Loop Habit Tracker", () => {
  const imported = importFiles(LOOP, options);

  test("habits with their frequency, colour, unit, target and archive", () => {
    expect(imported.source).toBe("loop");
    expect(imported.habits).toMatchObject([
      {
        title: "Floss",
        description: "Did you floss?",
        frequencyType: "daily",
        color: "#FF8F00",
        startDay: "2026-03-01",
      },
      { title: "Run, or swim", frequencyType: "weekly", timesPerWeek: 3 },
      {
        title: "Water",
        type: "numeric",
        targetValue: 2.5,
        unit: "litres",
        description: "How much?\n\nTap is fine",
        interval: 2,
        frequencyType: "interval",
        archivedAt: "2026-03-04T00:00:00Z",
      },
      { title: "Läuft gut ✓", frequencyType: "weekly", timesPerWeek: 5 },
    ]);
  });

  test("days that were done, skipped or written about; not those that Loop filled in", () => {
    const days = (title: string) => {
      const of = imported.habits.find((habit) => habit.title === title);
      return imported.entries
        .filter(({ habitId }) => habitId === of?.id)
        .map(({ day, kind, value, notes }) => [day, kind, value, notes]);
    };
    expect(days("Floss")).toEqual([
      ["2026-03-01", "log", 1, ""],
      ["2026-03-02", "log", 0, "Sick, at home"],
      ["2026-03-03", "skip", 0, 'The "dentist" did it'],
      ["2026-03-05", "log", 1, ""],
    ]);
    // It has no folder of its own: the file of all tells, by place, since its name holds a comma.
    expect(days("Run, or swim")).toEqual([
      ["2026-03-02", "log", 1, ""],
      ["2026-03-05", "log", 1, ""],
    ]);
    expect(days("Water")).toEqual([
      ["2026-03-01", "log", 2.5, ""],
      ["2026-03-03", "log", 0.75, "small bottle"],
    ]);
  });

  test("what is not as it was is told", () => {
    expect(imported.notices).toEqual([
      { file: "Checkmarks.csv", row: 6, reason: "date", given: "2026-02-30" },
      { file: "Habits.csv", row: 5, reason: "rounded", given: "2/3" },
    ]);
  });

  test("the same files twice are the same records", () => {
    expect(importFiles(LOOP, options)).toEqual(imported);
    expect(new Set(imported.entries.map(({ id }) => id)).size).toBe(imported.entries.length);
    expect(imported.habits[0]?.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("files inside of a folder, and exports of old versions", () => {
    const inFolder = new Map([...LOOP].map(([path, text]) => [`Loop/${path}`, text]));
    expect(withoutNotices(importLoop(inFolder, options))).toEqual(withoutNotices(imported));
    const old = new Map([
      [
        "Habits.csv",
        "Position,Name,Description,NumRepetitions,Interval,Color\n001,Read,,1,1,#FF8F00\n",
      ],
      ["001 Read/Checkmarks.csv", "2015-01-25,2\n2015-01-24,0\n"],
    ]);
    expect(importLoop(old, options).entries).toMatchObject([{ day: "2015-01-25", value: 1 }]);
  });

  test("hostile files are refused or noted, and nothing endless happens", () => {
    const habits = (rows: string) =>
      new Map([
        ["Habits.csv", `Position,Name,Type,FrequencyNumerator,FrequencyDenominator\n${rows}`],
      ]);
    expect(importLoop(habits("001,,YES_NO,1,1"), options).notices).toHaveLength(1);
    expect(importLoop(habits("x,A,YES_NO,-1,1e999"), options)).toMatchObject({
      habits: [{ frequencyType: "daily" }],
      notices: [{ reason: "frequency" }],
    });
    const long = importLoop(habits(`001,${"n".repeat(10_000)},NUMERICAL,1,1`), options);
    expect(long.habits[0]?.title).toHaveLength(100);
    for (const files of [
      new Map<string, string>(),
      new Map([["Habits.csv", ""]]),
      new Map([["Habits.csv", "Position,Title\n"]]),
      new Map([["Habits.csv", 'Position,Name\n001,"Read']]),
      new Map([["x.csv", "\0\0\0"]]),
      new Map([["x.json", "{"]]),
      new Map([["x.json", '{"format":"kanso","version":2}']]),
      new Map([["x.json", '{"format":"kanso","version":1,"habits":[{"id":5}]}']]),
      new Map([["x.json", '{"format":"kanso","version":1,"habits":{},"__proto__":{}}']]),
    ])
      expect(() => importFiles(files, options), [...files][0]?.[1]).toThrow(
        expect.objectContaining({ name: "DomainError" }),
      );
  });
});

const MOMENT = "2026-03-02T18:10:00Z";

test.each([
  ["json", {}, { "x.json": "{" }],
  ["list", { name: "habits" }, { "x.json": '{"format":"kanso","version":1,"habits":5}' }],
  [
    "field",
    { file: "habits", row: 1, name: "id" },
    { "x.json": '{"format":"kanso","version":1,"habits":[{"id":5}]}' },
  ],
  [
    "field",
    { file: "settings", name: "zone" },
    { "x.json": '{"format":"kanso","version":1,"settings":{"zone":"Atlantis"}}' },
  ],
  [
    "field",
    { file: "entries.csv", row: 3, name: "kind" },
    {
      "habits.csv": "id,title,x",
      "entries.csv": `id,habitId,at,createdAt,kind\n1,h,${MOMENT},${MOMENT},log\n2,h,${MOMENT},${MOMENT},no`,
    },
  ],
  ["empty", { file: "entries.csv" }, { "habits.csv": "id,title,targetValue" }],
  [
    "column",
    { file: "entries.csv", name: "habitId" },
    { "habits.csv": "id,title,x", "entries.csv": "id,day" },
  ],
  ["quote", { file: "Habits.csv", row: 2 }, { "Habits.csv": 'Position,Name,\n001,"Read' }],
  [
    "quote",
    { file: "001 Read/Checkmarks.csv", row: 2 },
    { "Habits.csv": "Position,Name,\n001,Read", "001 Read/Checkmarks.csv": 'Date\n"2026' },
  ],
] as const)("what cannot be read is told by its code and place: %s %j", (kind, where, files) => {
  const damage = { kind, file: null, row: null, name: "", ...where };
  expect(() => importFiles(new Map(Object.entries(files)), options)).toThrow(
    expect.objectContaining({ damage }),
  );
});

test("HabitBull: one row for each habit and day", () => {
  const imported = importFiles(new Map([["HabitBull.csv", HABITBULL]]), options);
  expect(imported.source).toBe("habitbull");
  expect(imported.habits).toMatchObject([
    { title: "Meditate", type: "boolean", startDay: "2026-01-01", description: "Ten minutes" },
    { title: "Push-ups", type: "numeric", startDay: "2026-01-01" },
  ]);
  expect(imported.entries.map(({ day, value, notes }) => [day, value, notes])).toEqual([
    ["2026-01-01", 1, ""],
    ["2026-01-02", 0, "Forgot, sorry"],
    ["2026-01-03", 1, ""],
    ["2026-01-01", 20, ""],
  ]);
  expect(imported.notices).toEqual([
    { file: "HabitBull", row: 6, reason: "date", given: "1 January" },
    { file: "HabitBull", row: 7, reason: "value", given: "many" },
  ]);
});

describe("five years", () => {
  const files = fiveYears();
  const imported = importLoop(files, options);

  test("are imported in whole", () => {
    expect(imported.notices).toEqual([]);
    expect(imported.habits).toHaveLength(4);
    expect(imported.entries.length).toBeGreaterThan(4_000);
  });

  test("and are the same after an export in Loop's form", () => {
    const exported = exportLoop(imported, "UTC");
    expect(importLoop(exported, options)).toEqual(imported);
    expect(exportLoop(importLoop(exported, options), "UTC")).toEqual(exported);
  });

  test("as tables", () => {
    expect(withoutNotices(importFiles(exportTables(imported), options))).toEqual(
      withoutNotices(imported),
    );
  });

  test("and as JSON, with vacations and settings", () => {
    const archive = {
      ...imported,
      vacations: [vacation("2025-08-01", "2025-08-21")],
      settings: { zone: "Europe/Rome", dayStartHour: 3, weekStart: 0 },
    };
    const again = importFiles(new Map([["kanso.json", exportJson(archive)]]), options);
    expect(again).toEqual({ ...archive, source: "kanso" });
  });

  test("with the same streaks, in a time that nobody waits for", () => {
    const calendar = calendarAt("2026-03-10T12:00:00Z", "Europe/Rome");
    const started = performance.now();
    const before = logsOf(imported.entries, calendar);
    const after = logsOf(importLoop(exportLoop(imported, "UTC"), options).entries, calendar);
    for (const habit of imported.habits) {
      const [one, two] = [before, after].map((logs) =>
        streakOf(habit, logs.get(habit.id) ?? new Map(), calendar),
      );
      expect(one).toEqual(two);
      expect(one?.longest).toBeGreaterThan(2);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

test("what a spreadsheet would run is marked in tables, and comes back as it was", () => {
  const habit = importLoop(LOOP, options).habits[0];
  if (habit === undefined) throw new Error("There is no habit.");
  const texts = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "'=1", "''+x", "'quoted'", "a=b"];
  const habits = texts.map((title, index) => ({ ...habit, id: `h${index}`, title, unit: title }));
  const tables = exportTables({ habits, entries: [] });
  for (const cell of tables.get("habits.csv")?.split(/[\n,]/) ?? [])
    expect(cell).not.toMatch(/^"?[=+@\t]|^"?-\D/);
  expect(importFiles(tables, options).habits).toEqual(habits);
});

test("Loop's limits stay limits, there and back", () => {
  const files = new Map([
    [
      "Habits.csv",
      "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?\n" +
        "001,Coffee,NUMERICAL,,,1,1,#0288D1,cups,AT_MOST,2.0,false\n",
    ],
    ["001 Coffee/Checkmarks.csv", "Date,Value,Notes\n2026-03-05,3000,\n"],
  ]);
  const imported = importLoop(files, { nowMs: 0 });
  expect(imported).toMatchObject({
    notices: [],
    habits: [{ targetType: "at_most", targetValue: 2, unit: "cups" }],
  });
  const again = importLoop(exportLoop(imported, "UTC"), { nowMs: 0 });
  expect(again.habits).toMatchObject([{ targetType: "at_most", targetValue: 2 }]);
});

test.each([
  [
    "the month first, as newer exports write it",
    "2/3/2026",
    "12/31/2026",
    ["2026-02-03", "2026-12-31"],
  ],
  ["the day first, where a date shows it", "2/3/2026", "31/12/2026", ["2026-03-02", "2026-12-31"]],
  ["with a time", "2/3/2026 00:00:00", "2026-12-31", ["2026-02-03", "2026-12-31"]],
])("HabitBull's dates with strokes: %s", (_, one, other, days) => {
  const rows = [
    "HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText",
    `Read,,,${one},1,`,
    `Read,,,${other},1,`,
    "Read,,,1/4/2026,-9223372036854775808,",
    "Read,,,1/5/2026,-2147483648,Only a thought",
  ].join("\n");
  const { entries, notices, habits } = importHabitBull(rows, { nowMs: 0 });
  expect(notices).toEqual([]);
  expect(habits[0]?.type).toBe("boolean");
  expect(entries.filter(({ kind }) => kind === "log").map((entry) => entry.day)).toEqual(days);
  expect(entries.filter(({ kind }) => kind === "note").map(({ notes }) => notes)).toEqual([
    "Only a thought",
  ]);
});
