// Reading the fields of stored records and foreign files: each reader takes what has the right form, or refuses by name.

import { parseDay } from "./day.ts";
import { parseMoment } from "./instant.ts";
import { refuse } from "./problem.ts";

export interface FieldReader {
  text(name: string, fallback?: string): string;
  textOrNull(name: string): string | null;
  integer(name: string, fallback?: number): number;
  /** A day's text. */
  dayOrNull(name: string): string | null;
  /** A moment's text, in UTC. */
  moment(name: string): string;
  momentOrNull(name: string): string | null;
  integers(name: string): readonly number[];
  /** What stands there, unread. */
  raw(name: string): unknown;
}

/** @param fields an object; anything else is refused */
export function readFields(kind: string, fields: unknown): FieldReader {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    return refuse(kind, `${kind} must be an object`);
  const values = new Map(Object.entries(fields));

  function text(name: string, fallback?: string): string {
    const value = values.get(name) ?? fallback;
    return typeof value === "string" ? value : refuse(name, `${name} must be a text`);
  }
  function checked<Value>(name: string, value: Value | undefined, form: string): Value {
    return value === undefined ? refuse(name, `${name} must be ${form}`) : value;
  }
  const isAbsent = (name: string) => (values.get(name) ?? null) === null;
  const moment = (name: string) =>
    checked(name, parseMoment(text(name))?.text, "a moment like 2026-03-02T18:10:00Z");

  return {
    text,
    textOrNull: (name) => (isAbsent(name) ? null : text(name)),
    integer(name, fallback) {
      const value = values.get(name) ?? fallback;
      return Number.isSafeInteger(value) && typeof value === "number"
        ? value
        : refuse(name, `${name} must be a whole number`);
    },
    dayOrNull(name) {
      if (isAbsent(name)) return null;
      const value = text(name);
      checked(name, parseDay(value), "a date like 2026-03-02");
      return value;
    },
    moment,
    momentOrNull: (name) => (isAbsent(name) ? null : moment(name)),
    integers(name) {
      const value: unknown = values.get(name) ?? [];
      const isList = Array.isArray(value) && value.length <= 1_000;
      if (!isList || !value.every((item): item is number => Number.isSafeInteger(item)))
        return refuse(name, `${name} must be a list of whole numbers`);
      return value;
    },
    raw: (name) => values.get(name),
  };
}
