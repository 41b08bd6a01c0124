// Import of whatever somebody brings: tells by what is in the files where they come from.

import { refuse } from "../problem.ts";
import type { Files, Imported } from "./archive.ts";
import type { ImportOptions } from "./draft.ts";
import { importHabitBull, isHabitBullExport } from "./habitbull-import.ts";
import { importJson } from "./json.ts";
import { importLoop, isLoopExport } from "./loop-import.ts";
import { importTables, isTables } from "./tables.ts";

export interface ImportedFrom extends Imported {
  readonly source: "loop" | "habitbull" | "kanso";
}

/**
 * Imports files: those of Loop's ZIP, HabitBull's CSV, or an export of our own.
 * @throws {DomainError} when they are of none of these, or cannot be read
 */
export function importFiles(files: Files, options: ImportOptions): ImportedFrom {
  if (isTables(files)) return { ...importTables(files), source: "kanso" };
  if (isLoopExport(files)) return { ...importLoop(files, options), source: "loop" };
  const [text] = files.values();
  if (files.size === 1 && text !== undefined) {
    if (isHabitBullExport(text)) return { ...importHabitBull(text, options), source: "habitbull" };
    if (text.trimStart().startsWith("{")) return { ...importJson(text), source: "kanso" };
  }
  return refuse(
    "files",
    "these files are no export of Loop Habit Tracker, HabitBull or Kanso that is known here",
  );
}
