// What a person's space holds, read from deltas: habits, what was done, vacations, settings and stored streaks.

import { parseTime, type RecordState, stampToMs } from "@syncline/core";
import {
  DEFAULT_SETTINGS,
  DomainError,
  type Entry,
  type Habit,
  readEntry,
  readHabit,
  readSettings,
  readVacation,
  type Settings,
  type Streak,
  type Vacation,
} from "@syncline/kanso-domain";
import { SETTINGS_ID } from "./app.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { REQUESTS, readDone } from "./once.ts";
import { readStreak } from "./stored-streak.ts";

export interface Row<Value> {
  readonly id: string;
  readonly version: number;
  readonly stamp: number;
  /** What it is, or was; undefined where that cannot be read any more. */
  readonly value: Value | undefined;
  /** Milliseconds since 1970; null where it is there. */
  readonly deletedMs: number | null;
}

/** A row whose record is there. */
export type LiveRow<Value> = Row<Value> & { readonly value: Value; readonly deletedMs: null };

export function isLive<Value>(row: Row<Value> | undefined): row is LiveRow<Value> {
  return row?.value !== undefined && row.deletedMs === null;
}

/** A row whose record was there, and is deleted. */
export type GoneRow<Value> = Row<Value> & { readonly deletedMs: number };

export function isGone<Value>(row: Row<Value> | undefined): row is GoneRow<Value> {
  return row !== undefined && row.deletedMs !== null;
}

/** A row that may be edited, and comes back with that where it was deleted. */
export type Editable<Value> = Row<Value> & { readonly value: Value };

/**
 * The row that somebody edits who has seen this version of it. One that was deleted is edited only by who says that it
 * comes back: any other edit was made before, and comes late.
 * @param stale makes what is thrown where there is another version, or it is gone
 * @returns undefined where there never was one, or nothing is left of it
 */
export function rowToEdit<Value>(
  row: Row<Value> | undefined,
  seen: { readonly version: number; readonly isBack: boolean },
  stale: (row: Row<Value>) => Error,
): Editable<Value> | undefined {
  const isStale = row !== undefined && row.version !== seen.version;
  if (isGone(row) && (isStale || !seen.isBack)) throw stale(row);
  if (row?.value === undefined) return undefined;
  if (isStale) throw stale(row);
  return { ...row, value: row.value };
}

export interface Rows {
  readonly habits: Map<string, Row<Habit>>;
  readonly vacations: Map<string, Vacation>;
  /** The entries that are there. */
  readonly ledger: Ledger;
  /** The streaks that the worker has stored, by their habits. */
  readonly streaks: Map<string, Streak>;
  /** The last stamp of each habit's entries and of its stored streak: with them its streaks may have changed. */
  readonly touched: Map<string, number>;
  /** When requests with a name of their own were done, by their ids: milliseconds since 1970. */
  readonly requests: Map<string, number>;
  settings: Settings;
  /** Grows with each change of what is true of all habits: settings and vacations. */
  revision: number;
}

export function noRows(): Rows {
  return {
    habits: new Map(),
    vacations: new Map(),
    ledger: createLedger(),
    streaks: new Map(),
    touched: new Map(),
    requests: new Map(),
    settings: DEFAULT_SETTINGS,
    revision: 0,
  };
}

export function applyRecord(rows: Rows, record: RecordState): void {
  const { collection, id, deleted, fields } = record;
  switch (collection) {
    case "habits":
      rows.habits.set(id, habitRow(record));
      return;
    case "entries": {
      const { value, stamp } = entryRow(record);
      const habits = rows.ledger.set(id, deleted ? undefined : value);
      for (const habitId of habits) rows.touched.set(habitId, stamp);
      if (value !== undefined) rows.touched.set(value.habitId, stamp);
      return;
    }
    case "streaks": {
      const streak = deleted ? undefined : readOr(undefined, () => readStreak(fields));
      if (streak === undefined) rows.streaks.delete(id);
      else rows.streaks.set(id, streak);
      rows.touched.set(id, record.stamp);
      return;
    }
    case "vacations": {
      const vacation = deleted ? undefined : readOr(undefined, () => readVacation(id, fields));
      if (vacation === undefined) rows.vacations.delete(id);
      else rows.vacations.set(id, vacation);
      rows.revision += 1;
      return;
    }
    case "settings":
      if (id !== SETTINGS_ID) return;
      rows.settings = deleted
        ? DEFAULT_SETTINGS
        : readOr(DEFAULT_SETTINGS, () => readSettings(fields));
      rows.revision += 1;
      return;
    case REQUESTS: {
      const done = deleted ? undefined : readDone(fields);
      if (done === undefined) rows.requests.delete(id);
      else rows.requests.set(id, done.atMs);
      return;
    }
    default: // a collection of a later version of the app
  }
}

export function habitRow(record: RecordState): Row<Habit> {
  return rowOf(record, readHabit);
}

export function entryRow(record: RecordState): Row<Entry> {
  return rowOf(record, readEntry);
}

function rowOf<Value>(
  { id, version, stamp, fields, deleted, registers }: RecordState,
  read: (id: string, fields: unknown) => Value,
): Row<Value> {
  const { mark, base } = registers;
  const time = mark?.time ?? base?.time;
  return {
    id,
    version,
    stamp,
    value: readOr(undefined, () => read(id, fields)),
    deletedMs: deleted ? (time === undefined ? stampToMs(stamp) : parseTime(time).ms) : null,
  };
}

/** What was stored under older rules may not fit ours: it is left out, and stays where it is. */
function readOr<Value>(otherwise: Value, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof DomainError) return otherwise;
    throw thrown;
  }
}
