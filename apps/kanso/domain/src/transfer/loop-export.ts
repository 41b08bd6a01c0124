// Export in the form of Loop Habit Tracker's CSV files: what other apps read, too.

import { type Day, dayToText } from "../day.ts";
import type { Entry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import { dayOfEntry } from "../habit-log.ts";
import { toThousandths } from "../value.ts";
import type { Archive } from "./archive.ts";
import { formatCsv } from "./csv.ts";

const HEADER =
  "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?";

/**
 * Writes Habits.csv, Checkmarks.csv and a folder for each habit. Loop knows no weekdays (they become times a
 * week), one entry a day (several are added up), and no vacations.
 */
export function exportLoop({ habits, entries }: Pick<Archive, "habits" | "entries">, zone: string) {
  const files = new Map<string, string>();
  const ordered = [...habits].sort((a, b) => a.sortOrder - b.sortOrder);
  const marks = new Map(ordered.map((habit) => [habit.id, new Map<Day, Mark>()]));
  for (const entry of entries) {
    const ofHabit = marks.get(entry.habitId);
    const day = dayOfEntry(entry, { zone, dayStartHour: 0 });
    ofHabit?.set(day, withEntry(ofHabit.get(day), entry));
  }
  files.set("Habits.csv", formatCsv([HEADER.split(","), ...ordered.map(habitRow)]));
  files.set("Checkmarks.csv", everything(ordered, marks));
  for (const [index, habit] of ordered.entries()) {
    const rows = newestFirst(marks.get(habit.id)?.keys() ?? []).map((day) => {
      const mark = marks.get(habit.id)?.get(day);
      return [dayToText(day), markText(habit, mark), mark?.notes ?? ""];
    });
    files.set(
      `${folderOf(habit, index)}/Checkmarks.csv`,
      formatCsv([["Date", "Value", "Notes"], ...rows]),
    );
  }
  return files;
}

interface Mark {
  readonly total: number;
  readonly logs: number;
  readonly skipped: boolean;
  readonly notes: string;
}

function withEntry(mark: Mark | undefined, { kind, value, notes }: Entry): Mark {
  const before = mark ?? { total: 0, logs: 0, skipped: false, notes: "" };
  return {
    total: before.total + (kind === "log" ? toThousandths(value) : 0),
    logs: before.logs + (kind === "log" ? 1 : 0),
    skipped: before.skipped || kind === "skip",
    notes: [before.notes, notes].filter((text) => text !== "").join("\n"),
  };
}

function markText(habit: Habit, mark: Mark | undefined): string {
  if (mark === undefined) return "UNKNOWN";
  if (mark.skipped && mark.total === 0) return "SKIP";
  if (mark.logs === 0) return "UNKNOWN";
  if (habit.type === "boolean") return mark.total >= 1000 ? "YES_MANUAL" : "NO";
  // Loop would take small thousandths for its own marks; 0 is the one that means the same.
  return mark.total === 0 ? "NO" : String(mark.total);
}

function habitRow(habit: Habit, index: number): string[] {
  const [times, days] = frequencyOf(habit);
  const numeric = habit.type !== "boolean";
  return [
    String(index + 1).padStart(3, "0"),
    habit.title,
    numeric ? "NUMERICAL" : "YES_NO",
    "",
    habit.description,
    String(times),
    String(days),
    habit.color,
    habit.unit,
    !numeric ? "" : habit.targetType === "at_most" ? "AT_MOST" : "AT_LEAST",
    numeric ? String(habit.targetValue) : "",
    String(habit.archivedAt !== null),
  ];
}

function frequencyOf(habit: Habit): readonly [number, number] {
  switch (habit.frequencyType) {
    case "daily":
      return [1, 1];
    case "weekly":
      return [habit.timesPerWeek, 7];
    case "specific_days":
      return [habit.weekdays.length, 7];
    case "interval":
      return [1, habit.interval];
    default:
      return habit.frequencyType satisfies never;
  }
}

function everything(
  habits: readonly Habit[],
  marks: ReadonlyMap<string, ReadonlyMap<Day, Mark>>,
): string {
  const days = new Set<Day>();
  for (const ofHabit of marks.values()) for (const day of ofHabit.keys()) days.add(day);
  return formatCsv([
    ["Date", ...habits.map(({ title }) => title)],
    ...newestFirst(days).map((day) => [
      dayToText(day),
      ...habits.map((habit) => markText(habit, marks.get(habit.id)?.get(day))),
    ]),
  ]);
}

function newestFirst(days: Iterable<Day>): Day[] {
  return [...days].sort((a, b) => b - a);
}

function folderOf(habit: Habit, index: number): string {
  const plain = habit.title.replace(/[^ a-zA-Z0-9._-]+/g, "").slice(0, 100);
  return `${String(index + 1).padStart(3, "0")} ${plain}`.trim();
}
