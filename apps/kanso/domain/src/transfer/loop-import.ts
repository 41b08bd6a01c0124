// Import of the CSV export of Loop Habit Tracker: Habits.csv, and the checkmarks of each habit or of all in one file.

import { type Day, parseDay } from "../day.ts";
import type { Entry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import type { HabitDraft } from "../habit-changes.ts";
import { refuse } from "../problem.ts";
import { valueProblem } from "../value.ts";
import type { Files, Imported, Notice, NoticeReason } from "./archive.ts";
import { parseCsv } from "./csv.ts";
import { adopt, type ForeignDay, type ImportOptions } from "./draft.ts";
import { type Row, readTable } from "./table.ts";

/** Loop's own numbers for what its newer exports say in words. */
const WORDS: { readonly [word: string]: number } = {
  UNKNOWN: -1,
  NO: 0,
  YES_AUTO: 1,
  YES_MANUAL: 2,
  SKIP: 3,
};
const DONE = 2;
const SKIP = 3;
const MAX_GIVEN = 60;
const COLOR = /^#[0-9A-Fa-f]{6}$/;

export function isLoopExport(files: Files): boolean {
  const text = fileNamed(files, "Habits.csv")?.text ?? "";
  return /^\uFEFF?Position,Name,/i.test(text);
}

/**
 * Reads what Loop exports (the files of its ZIP, by path). Days that Loop filled in by itself are not entries:
 * the frequency says the same. What cannot be taken as it is becomes a notice, not a failure.
 * @throws {DomainError} when Habits.csv is missing or is no table of habits
 */
export function importLoop(files: Files, options: ImportOptions): Imported {
  const list = fileNamed(files, "Habits.csv") ?? refuse("Habits.csv", "Habits.csv is missing");
  const notices: Notice[] = [];
  const habits: Habit[] = [];
  const entries: Entry[] = [];
  const rows = readTable("Habits.csv", list.text, ["Name"]);
  const all = checkmarksOfAll(files, list.folder);
  const timesSeen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const name = row.cell("Name").trim();
    if (name === "") {
      notices.push({ file: row.file, row: row.row, reason: "nameless", given: "" });
      continue;
    }
    const seen = timesSeen.get(name) ?? 0;
    timesSeen.set(name, seen + 1);
    const numeric = /^(NUMERICAL|MEASURABLE)/i.test(row.cell("Type"));
    const own = checkmarksOfOne(files, list.folder, { row, index, name });
    const days = readDays(own ?? all(index), numeric, notices);
    const adopted = adopt(
      {
        identity: ["loop", name, String(seen)],
        draft: readDraft(row, { name, index, numeric }, notices),
        archived: row.cell("Archived?").trim().toLowerCase() === "true",
        days,
      },
      options,
    );
    habits.push(adopted.habit);
    entries.push(...adopted.entries);
  }
  return { habits, entries, vacations: [], settings: null, notices };
}

function fileNamed(files: Files, name: string): { text: string; folder: string } | undefined {
  let found: { text: string; folder: string } | undefined;
  for (const [path, text] of files) {
    const folder = path.slice(0, path.length - name.length);
    const fits = path.endsWith(name) && (folder === "" || folder.endsWith("/"));
    if (fits && (found === undefined || folder.length < found.folder.length))
      found = { text, folder };
  }
  return found;
}

interface Known {
  readonly name: string;
  readonly index: number;
  readonly numeric: boolean;
}

function readDraft(row: Row, { name, index, numeric }: Known, notices: Notice[]): HabitDraft {
  const note: Note = (reason, given) => {
    notices.push({ file: row.file, row: row.row, reason, given: given.slice(0, MAX_GIVEN) });
  };
  const color = row.cell("Color").trim();
  const target = Number(row.cell("Target Value") || "1");
  const isTarget = target >= 0 && valueProblem(target) === undefined;
  if (numeric && !isTarget) note("target", row.cell("Target Value"));
  const isLimit = numeric && /AT_?MOST/i.test(row.cell("Target Type"));
  const texts = [row.cell("Question"), row.cell("Description")].map((text) => text.trim());
  return {
    title: name,
    description: texts.filter((text) => text !== "").join("\n\n"),
    color: COLOR.test(color) ? color : "",
    sortOrder: index,
    type: numeric ? "numeric" : "boolean",
    targetValue: numeric && isTarget ? target : 1,
    targetType: isLimit ? "at_most" : "at_least",
    unit: row.cell("Unit").trim().slice(0, 50),
    ...readFrequency(row, note),
  };
}

type Note = (reason: NoticeReason, given: string) => void;

function readFrequency(row: Row, note: Note): Partial<HabitDraft> {
  const times = Number(row.cell("FrequencyNumerator", "NumRepetitions") || "1");
  const days = Number(row.cell("FrequencyDenominator", "Interval") || "1");
  if (
    !Number.isInteger(times) ||
    !Number.isInteger(days) ||
    times < 1 ||
    days < 1 ||
    days > 3_650
  ) {
    note("frequency", `${times}/${days}`);
    return { frequencyType: "daily" };
  }
  if (times >= days) return { frequencyType: "daily" };
  if (days === 7) return { frequencyType: "weekly", timesPerWeek: times };
  if (times === 1) return { frequencyType: "interval", interval: days };
  const timesPerWeek = Math.min(7, Math.max(1, Math.round((times * 7) / days)));
  note("rounded", `${times}/${days}`);
  return { frequencyType: "weekly", timesPerWeek };
}

/** A checkmark as it stands in a file. */
interface Mark {
  readonly file: string;
  readonly row: number;
  readonly date: string;
  readonly value: string;
  readonly notes: string;
}

/** The file in the habit's own folder: `002 Wake up early/Checkmarks.csv`. */
function checkmarksOfOne(
  files: Files,
  folder: string,
  { row, index, name }: { row: Row; index: number; name: string },
): Iterable<Mark> | undefined {
  const number = Number(row.cell("Position")) || index + 1;
  const plain = name.replace(/[^ a-zA-Z0-9._-]+/g, "").slice(0, 100);
  const own = `${String(number).padStart(3, "0")} ${plain}`.trim();
  const path = `${folder}${own}/Checkmarks.csv`;
  const text = files.get(path);
  return text === undefined ? undefined : marksOf(text, `${own}/Checkmarks.csv`);
}

function marksOf(text: string, file: string): Iterable<Mark> {
  return marks(parseCsv(text, file), file, 1);
}

/** The file with a column for each habit. Its header does not quote names: places tell columns, not names. */
function checkmarksOfAll(files: Files, folder: string): (index: number) => Iterable<Mark> {
  const text = files.get(`${folder}Checkmarks.csv`);
  const rows = text === undefined ? [] : parseCsv(text, "Checkmarks.csv");
  return (index) => marks(rows, "Checkmarks.csv", index + 1);
}

function* marks(rows: readonly string[][], file: string, column: number): Generator<Mark> {
  const hasNotes = rows[0]?.[2]?.trim().toLowerCase() === "notes";
  for (const [index, cells] of rows.entries()) {
    const date = cells[0]?.trim() ?? "";
    if (index === 0 && date.toLowerCase() === "date") continue;
    yield {
      file,
      row: index + 1,
      date,
      value: cells[column]?.trim() ?? "",
      notes: hasNotes ? (cells[2] ?? "").trim() : "",
    };
  }
}

function readDays(source: Iterable<Mark>, numeric: boolean, notices: Notice[]): ForeignDay[] {
  const days = new Map<Day, ForeignDay>();
  for (const mark of source) {
    const day = parseDay(mark.date);
    const number = WORDS[mark.value.toUpperCase()] ?? Number(mark.value || "-1");
    if (day === undefined || !Number.isFinite(number)) {
      const reason = day === undefined ? "date" : "value";
      const given = (day === undefined ? mark.date : mark.value).slice(0, MAX_GIVEN);
      notices.push({ file: mark.file, row: mark.row, reason, given });
      continue;
    }
    const kind = number === SKIP ? "skip" : "log";
    const value = kind === "skip" ? 0 : amount(number, numeric);
    // A day on which nothing was done, and nothing written, is no entry.
    if (kind === "log" && value === 0 && mark.notes === "") continue;
    days.set(day, { day, kind, value, notes: mark.notes.slice(0, 50_000) });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

/** Loop keeps amounts in thousandths, and yes as a number of its own. */
function amount(number: number, numeric: boolean): number {
  if (!numeric) return number === DONE ? 1 : 0;
  const value = Math.round(number) / 1000;
  return value > 0 && valueProblem(value) === undefined ? value : 0;
}
