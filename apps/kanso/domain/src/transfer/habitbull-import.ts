// Import of HabitBull's CSV export: one row for each habit and day.

import { type Day, parseDay } from "../day.ts";
import { valueProblem } from "../value.ts";
import type { Imported, Notice } from "./archive.ts";
import { adopt, type ForeignDay, type ImportOptions } from "./draft.ts";
import { readTable } from "./table.ts";

const MAX_NOTES = 50_000;
const MAX_GIVEN = 60;

export function isHabitBullExport(text: string): boolean {
  return /^\uFEFF?HabitName,HabitDescription,HabitCategory,/i.test(text);
}

const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: .*)?$/;

/** Newer exports write the month first, `M/D/YYYY`, unless a date of the file shows that it is the day. */
function dayReaderOf(dates: readonly string[]): (date: string) => Day | undefined {
  const isDayFirst = dates.some((date) => Number(SLASHED.exec(date)?.[1] ?? 0) > 12);
  return (date) => {
    const [, one, other, year] = SLASHED.exec(date)?.map(Number) ?? [];
    if (one === undefined || other === undefined || year === undefined) return parseDay(date);
    const [month, day] = isDayFirst ? [other, one] : [one, other];
    const two = (part: number) => String(part).padStart(2, "0");
    return parseDay(`${year}-${two(month)}-${two(day)}`);
  };
}

interface Gathered {
  readonly description: string;
  readonly days: Map<Day, ForeignDay>;
}

/**
 * Reads HabitBull's file. A habit with amounts other than yes and no becomes one that counts; the file does
 * not say how often or how much was aimed at, so that each begins as daily, with 1 as its target.
 * @throws {DomainError} when it is no such file
 */
export function importHabitBull(text: string, options: ImportOptions): Imported {
  const notices: Notice[] = [];
  const gathered = new Map<string, Gathered>();
  const rows = readTable("HabitBull", text, ["HabitName", "CalendarDate", "Value"]);
  const dayOf = dayReaderOf(rows.map((row) => row.cell("CalendarDate").trim()));
  for (const row of rows) {
    const name = row.cell("HabitName").trim();
    const day = dayOf(row.cell("CalendarDate").trim());
    const value = Number(row.cell("Value").trim() || "0");
    const problem = Number.isFinite(value) ? valueProblem(Math.max(0, value)) : "is no number";
    if (name === "" || day === undefined || problem !== undefined) {
      const reason = name === "" ? "nameless" : day === undefined ? "date" : "value";
      const given = row.cell(day === undefined ? "CalendarDate" : "Value").slice(0, MAX_GIVEN);
      notices.push({ file: row.file, row: row.row, reason, given });
      continue;
    }
    let habit = gathered.get(name);
    if (habit === undefined) {
      habit = { description: row.cell("HabitDescription"), days: new Map() };
      gathered.set(name, habit);
    }
    const notes = row.cell("CommentText").trim().slice(0, MAX_NOTES);
    if (value <= 0 && notes === "") continue;
    // What is less than nothing, as newer exports write it, says that nothing was entered.
    const kind = value < 0 ? "note" : "log";
    habit.days.set(day, { day, kind, value: Math.max(0, value), notes });
  }
  const adopted = [...gathered].map(([title, { description, days }], index) => {
    const inOrder = [...days.values()].sort((a, b) => a.day - b.day);
    const numeric = inOrder.some(({ value }) => value !== 0 && value !== 1);
    const draft = { title, description, sortOrder: index, type: numeric ? "numeric" : "boolean" };
    const identity = ["habitbull", title];
    return adopt({ identity, draft, archived: false, days: inOrder }, options);
  });
  return {
    habits: adopted.map(({ habit }) => habit),
    entries: adopted.flatMap(({ entries }) => entries),
    vacations: [],
    settings: null,
    notices,
  };
}
