// What a person sets once for all habits: the zone, when a day and a week begin, and when there is a vacation.

import { parseDay } from "./day.ts";
import { readFields } from "./fields.ts";
import { refuse } from "./problem.ts";
import { isZone } from "./zone.ts";

export interface Settings {
  /** Null: wherever the device is. */
  readonly zone: string | null;
  /** The hour at which a day begins, 0–12: who goes to bed at two has not failed the new day. */
  readonly dayStartHour: number;
  /** The weekday on which weeks begin; 0 is Sunday. */
  readonly weekStart: number;
}

export const DEFAULT_SETTINGS: Settings = { zone: null, dayStartHour: 0, weekStart: 1 };

/** Days off, first and last included: nothing is due, and what is done counts all the same. */
export interface Vacation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Of these habits only; of all where it is null. */
  readonly habitIds: readonly string[] | null;
  readonly note: string;
}

/** Reads a stored record. @throws {DomainError} naming the field */
export function readSettings(stored: unknown): Settings {
  const fields = readFields("settings", stored);
  const zone = fields.textOrNull("zone");
  const dayStartHour = fields.integer("dayStartHour", DEFAULT_SETTINGS.dayStartHour);
  const weekStart = fields.integer("weekStart", DEFAULT_SETTINGS.weekStart);
  if (zone !== null && !isZone(zone))
    refuse("zone", "invalid timezone format (use IANA name like 'Europe/Rome')");
  if (dayStartHour < 0 || dayStartHour > 12)
    refuse("dayStartHour", "a day must start between 0 and 12 o'clock");
  if (weekStart < 0 || weekStart > 6) refuse("weekStart", "a week must start on a day from 0 to 6");
  return { zone, dayStartHour, weekStart };
}

/** Reads a stored record. @throws {DomainError} naming the field */
export function readVacation(id: string, stored: unknown): Vacation {
  const fields = readFields("vacation", stored);
  const from = fields.text("from");
  const to = fields.text("to");
  if (parseDay(from) === undefined) refuse("from", "from must be a date like 2026-03-02");
  if (parseDay(to) === undefined) refuse("to", "to must be a date like 2026-03-02");
  if (to < from) refuse("to", "a vacation cannot end before it begins");
  const ids = fields.raw("habitIds") ?? null;
  const isList = ids === null || (Array.isArray(ids) && ids.length <= 10_000);
  if (!isList || (ids !== null && !ids.every((item): item is string => typeof item === "string")))
    return refuse("habitIds", "habitIds must be a list of ids");
  return { id, from, to, habitIds: ids, note: fields.text("note", "") };
}
