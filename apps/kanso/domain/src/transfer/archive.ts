// What is carried from one place to another: habits with their entries, and what belongs to them.

import type { Entry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import type { Settings, Vacation } from "../settings.ts";

export interface Archive {
  readonly habits: readonly Habit[];
  readonly entries: readonly Entry[];
  readonly vacations: readonly Vacation[];
  readonly settings: Settings | null;
}

/** What an import could not take as it was: where it stood, and what became of it. */
export interface Notice {
  /** A file and, where it has rows, the row: `Habits.csv, row 3`. */
  readonly place: string;
  readonly message: string;
}

export interface Imported extends Archive {
  readonly notices: readonly Notice[];
}

/** Files by their paths, as an archive holds them. */
export type Files = ReadonlyMap<string, string>;
