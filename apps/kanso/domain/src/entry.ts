// An entry: what was done for a habit, when, and which calendar day it was where it was done.

import { dayToText } from "./day.ts";
import { readFields } from "./fields.ts";
import type { Circumstance } from "./habit-changes.ts";
import { momentText, parseMoment } from "./instant.ts";
import { refuse } from "./problem.ts";
import { valueProblem } from "./value.ts";
import { dayAt, isZone } from "./zone.ts";

const ENTRY_KINDS = ["log", "skip", "note"] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface Entry {
  readonly id: string;
  readonly habitId: string;
  /** The moment, as RFC 3339 in UTC. */
  readonly at: string;
  /** The calendar day where it was done; null where nobody said: then it is the day of `at` where the reader is. */
  readonly day: string | null;
  /** The zone, or the offset, where it was done. */
  readonly zone: string | null;
  /**
   * A `log` says what was done, be it nothing. A `skip` says that nothing was due: it neither breaks a streak nor adds
   * to it. A `note` says something about the day, and nothing of what was done.
   */
  readonly kind: EntryKind;
  readonly value: number;
  readonly notes: string;
  readonly createdAt: string;
}

export interface EntryDraft {
  readonly habitId: string;
  /** A moment's text with its offset; now where left out. */
  readonly at?: string;
  /** The day, where a person chose it: entries of past days. */
  readonly day?: string;
  readonly kind?: EntryKind;
  readonly value?: number;
  readonly notes?: string;
}

const MAX_NOTES = 50_000;

/**
 * Makes an entry. Its day is the one that was chosen, else that of the zone where it is made, else that of
 * the offset with which its moment was written.
 * @throws {DomainError} naming the field
 */
export function createEntry(id: string, draft: EntryDraft, circumstance: Circumstance): Entry {
  const now = momentText(circumstance.nowMs);
  const moment =
    parseMoment(draft.at ?? now) ?? refuse("at", "completion date must be an RFC 3339 moment");
  if (moment.text.startsWith("0001-01-01T00:00:00")) refuse("at", "completion date is required");
  const zone = circumstance.zone ?? moment.offset;
  const { dayStartHour } = circumstance;
  const day = zone === null ? null : dayToText(dayAt(moment.ms, zone, dayStartHour));
  return settleEntry({
    id,
    habitId: draft.habitId,
    at: moment.text,
    day: draft.day ?? day,
    zone,
    kind: draft.kind ?? "log",
    value: draft.value ?? 0,
    notes: draft.notes ?? "",
    createdAt: now,
  });
}

/** @throws {DomainError} naming the field */
export function settleEntry(entry: Entry): Entry {
  if (entry.habitId.trim() === "") refuse("habitId", "habit id cannot be empty");
  if (entry.value < 0) refuse("value", "value cannot be negative");
  const problem = valueProblem(entry.value);
  if (problem !== undefined) refuse("value", `value ${problem}`);
  if (!ENTRY_KINDS.includes(entry.kind)) refuse("kind", "kind must be log, skip or note");
  if (entry.notes.length > MAX_NOTES)
    refuse("notes", `notes are too long (max ${MAX_NOTES} characters)`);
  if (entry.zone !== null && !isZone(entry.zone))
    refuse("zone", "invalid timezone format (use IANA name like 'Europe/Rome')");
  return entry;
}

/** Reads a stored record. @throws {DomainError} naming the field */
export function readEntry(id: string, stored: unknown): Entry {
  const fields = readFields("entry", stored);
  const value = fields.raw("value") ?? 0;
  return settleEntry({
    id,
    habitId: fields.text("habitId"),
    at: fields.moment("at"),
    day: fields.dayOrNull("day"),
    zone: fields.textOrNull("zone"),
    kind: fields.text("kind", "log") as Entry["kind"], // settleEntry looks at it
    value: typeof value === "number" ? value : refuse("value", "value must be a number"),
    notes: fields.text("notes", ""),
    createdAt: fields.moment("createdAt"),
  });
}
