// Habits and entries as two CSV tables: for spreadsheets, and back without loss.

import { type Entry, readEntry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import { readHabit } from "../habit-rules.ts";
import { type Archive, entriesOf, type Files, type Imported } from "./archive.ts";
import { formatCsv } from "./csv.ts";
import { readRecord } from "./damage.ts";
import { readTable } from "./table.ts";

const HABIT_COLUMNS = [
  "id",
  "title",
  "description",
  "color",
  "icon",
  "sortOrder",
  "type",
  "frequencyType",
  "weekdays",
  "interval",
  "timesPerWeek",
  "reminderTime",
  "targetValue",
  "targetType",
  "unit",
  "startDate",
  "startDay",
  "endDate",
  "endDay",
  "archivedAt",
  "pauses",
  "createdAt",
] as const satisfies readonly (keyof Habit)[];

const ENTRY_COLUMNS = [
  "id",
  "habitId",
  "day",
  "kind",
  "value",
  "notes",
  "at",
  "zone",
  "createdAt",
] as const satisfies readonly (keyof Entry)[];

/** What a spreadsheet would take for a formula when it opens the table, and our own mark before such a thing. */
const FORMULA = /^'*[=+\-@\t\r]/;
const MARKED = /^'+[=+\-@\t\r]/;

/** The entries carry their habit's title, too: who reads them in a spreadsheet wants to see it. */
export function exportTables(archive: Pick<Archive, "habits" | "entries">): Files {
  const { habits } = archive;
  const titles = new Map(habits.map(({ id, title }) => [id, title]));
  return new Map([
    [
      "habits.csv",
      formatCsv([
        HABIT_COLUMNS,
        ...habits.map((habit) => HABIT_COLUMNS.map((column) => cellOf(habit[column]))),
      ]),
    ],
    [
      "entries.csv",
      formatCsv([
        [...ENTRY_COLUMNS, "habit"],
        ...entriesOf(archive).map((entry) => [
          ...ENTRY_COLUMNS.map((column) => cellOf(entry[column])),
          guarded(titles.get(entry.habitId) ?? ""),
        ]),
      ]),
    ],
  ]);
}

export function isTables(files: Files): boolean {
  return /^\uFEFF?id,title,/.test(files.get("habits.csv") ?? "");
}

/** @throws {DomainError} naming the row that cannot be read */
export function importTables(files: Files): Imported {
  const habits = readTable("habits.csv", files.get("habits.csv") ?? "", ["id", "title"]);
  const entries = readTable("entries.csv", files.get("entries.csv") ?? "", ["id", "habitId"]);
  return {
    habits: habits.map((row) =>
      readRecord(row, () => {
        const fields = Object.fromEntries(
          HABIT_COLUMNS.map((name) => [name, orNull(unguarded(row.cell(name)))]),
        );
        return readHabit(unguarded(row.cell("id")), {
          ...fields,
          description: unguarded(row.cell("description")),
          color: row.cell("color"),
          unit: unguarded(row.cell("unit")),
          sortOrder: Number(row.cell("sortOrder")),
          weekdays: row.cell("weekdays").split(" ").filter(Boolean).map(Number),
          interval: Number(row.cell("interval")),
          timesPerWeek: Number(row.cell("timesPerWeek")),
          targetValue: Number(row.cell("targetValue")),
          pauses: row
            .cell("pauses")
            .split(" ")
            .filter(Boolean)
            .map((range) => ({ from: range.slice(0, 10), to: range.slice(11) })),
        });
      }),
    ),
    entries: entries.map((row) =>
      readRecord(row, () => {
        const fields = Object.fromEntries(
          ENTRY_COLUMNS.map((name) => [name, orNull(unguarded(row.cell(name)))]),
        );
        const texts = { notes: unguarded(row.cell("notes")), value: Number(row.cell("value")) };
        return readEntry(unguarded(row.cell("id")), { ...fields, ...texts });
      }),
    ),
    vacations: [],
    settings: null,
    notices: [],
  };
}

/** Texts of people: an apostrophe before what would be a formula, which spreadsheets do not show. */
function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** A text as it was before `guarded`; what never was, stays. */
function unguarded(cell: string): string {
  return MARKED.test(cell) ? cell.slice(1) : cell;
}

function cellOf(value: Habit[keyof Habit] | Entry[keyof Entry]): string {
  if (value === null) return "";
  if (typeof value === "string") return guarded(value);
  if (typeof value !== "object") return String(value);
  return value
    .map((item) => (typeof item === "number" ? String(item) : `${item.from}/${item.to}`))
    .join(" ");
}

function orNull(cell: string): string | null {
  return cell === "" ? null : cell;
}
