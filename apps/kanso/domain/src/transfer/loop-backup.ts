// Loop's full backup, a database, as the files of its CSV export: whichever somebody brings, the same comes of it.

import { groupBy } from "@syncline/core";
import { dayToText } from "../day.ts";
import { refuse } from "../problem.ts";
import type { Files } from "./archive.ts";
import { formatCsv } from "./csv.ts";
import { readSqlite, type SqliteRow, type SqliteValue } from "./sqlite.ts";

const DAY_MS = 86_400_000;
const NUMERICAL = 1;
const AT_MOST = 1;
/** Loop's palette, by its places. */
const COLORS = [
  "#D32F2F",
  "#E64A19",
  "#F57C00",
  "#FF8F00",
  "#F9A825",
  "#AFB42B",
  "#7CB342",
  "#388E3C",
  "#00897B",
  "#00ACC1",
  "#039BE5",
  "#1976D2",
  "#303F9F",
  "#5E35B1",
  "#8E24AA",
  "#D81B60",
  "#5D4037",
  "#303030",
  "#757575",
  "#AAAAAA",
];

/** @throws {DomainError} `files` where it is another app's database; {DamagedFileError} where it cannot be read */
export function loopFilesOf(content: Uint8Array, file: string): Files {
  const database = readSqlite(content, file);
  const habits = database.rows("Habits");
  const repetitions = database.rows("Repetitions");
  if (habits === undefined || repetitions === undefined)
    return refuse("files", "this database is no backup of Loop Habit Tracker");
  const marks = groupBy(repetitions, ({ habit }) => habit);
  const inOrder = [...habits].sort((a, b) => numberOf(a["position"]) - numberOf(b["position"]));
  const files = new Map([["Habits.csv", formatCsv([HEADER, ...inOrder.map(habitRow)])]]);
  for (const [index, habit] of inOrder.entries()) {
    const rows = marks.get(habit["id"] ?? null) ?? [];
    const plain = textOf(habit["name"])
      .replace(/[^ a-zA-Z0-9._-]+/g, "")
      .slice(0, 100);
    const folder = `${placeOf(index)} ${plain}`.trim();
    files.set(
      `${folder}/Checkmarks.csv`,
      formatCsv([["Date", "Value", "Notes"], ...rows.map(markRow)]),
    );
  }
  return files;
}

const HEADER = [
  "Position",
  "Name",
  "Type",
  "Question",
  "Description",
  "FrequencyNumerator",
  "FrequencyDenominator",
  "Color",
  "Unit",
  "Target Type",
  "Target Value",
  "Archived?",
];

function habitRow(habit: SqliteRow, index: number): readonly string[] {
  const isNumerical = numberOf(habit["type"]) === NUMERICAL;
  const color = habit["color"];
  return [
    placeOf(index),
    textOf(habit["name"]).trim(),
    isNumerical ? "NUMERICAL" : "YES_NO",
    textOf(habit["question"]),
    textOf(habit["description"]),
    String(numberOf(habit["freq_num"]) || 1),
    String(numberOf(habit["freq_den"]) || 1),
    typeof color === "number" ? (COLORS[color] ?? "") : "",
    textOf(habit["unit"]),
    !isNumerical ? "" : numberOf(habit["target_type"]) === AT_MOST ? "AT_MOST" : "AT_LEAST",
    isNumerical ? String(numberOf(habit["target_value"])) : "",
    String(numberOf(habit["archived"]) === 1),
  ];
}

function markRow({ timestamp, value, notes }: SqliteRow): readonly string[] {
  const day = Math.floor(numberOf(timestamp) / DAY_MS);
  return [dayToText(day), String(numberOf(value)), textOf(notes)];
}

function placeOf(index: number): string {
  return String(index + 1).padStart(3, "0");
}

function numberOf(value: SqliteValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

function textOf(value: SqliteValue | undefined): string {
  return typeof value === "string" ? value : "";
}
