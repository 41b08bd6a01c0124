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

/**
 * The entries whose habits are among these. A habit is deleted before its entries, and with many of them piece by piece: whoever
 * was cut off in between has left some, which nobody sees any more.
 */
export function entriesOf({ habits, entries }: Pick<Archive, "habits" | "entries">): Entry[] {
  const ids = new Set(habits.map(({ id }) => id));
  return entries.filter(({ habitId }) => ids.has(habitId));
}

/**
 * Why something was not taken as it was. `nameless`, `date`, `value`: the row was left out. `target`: what is aimed at
 * cannot be read, and was taken as 1. `frequency`:
 * how often cannot be read, and was taken as daily. `rounded`: how often is not known here, and was taken as so
 * many times a week.
 */
export type NoticeReason = "nameless" | "date" | "value" | "target" | "frequency" | "rounded";

/** What an import could not take as it was: where it stood, and what became of it. */
export interface Notice {
  readonly file: string;
  /** The row in the file, counted from 1. */
  readonly row: number;
  readonly reason: NoticeReason;
  /** What stands there, shortened. */
  readonly given: string;
}

export interface Imported extends Archive {
  readonly notices: readonly Notice[];
}

/** Files by their paths, as an archive holds them. */
export type Files = ReadonlyMap<string, string>;
