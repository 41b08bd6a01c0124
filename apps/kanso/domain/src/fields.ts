// Reading the fields of stored records and foreign files: each reader takes what has the right form, or refuses by name.

import { parseDay } from "./day.ts";
import { parseMoment } from "./instant.ts";
import { refuse } from "./problem.ts";

/** Entries are read by the ten thousand: one object for each, and no closures. */
export class FieldReader {
  readonly #values: { readonly [name: string]: unknown };

  constructor(values: { readonly [name: string]: unknown }) {
    this.#values = values;
  }

  /** What stands there, unread. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  text(name: string, fallback?: string): string {
    const value = this.raw(name) ?? fallback;
    return typeof value === "string" ? value : refuse(name, `${name} must be a text`);
  }

  textOrNull(name: string): string | null {
    return this.#isAbsent(name) ? null : this.text(name);
  }

  integer(name: string, fallback?: number): number {
    const value = this.raw(name) ?? fallback;
    return Number.isSafeInteger(value) && typeof value === "number"
      ? value
      : refuse(name, `${name} must be a whole number`);
  }

  integers(name: string): readonly number[] {
    const value: unknown = this.raw(name) ?? [];
    const isList = Array.isArray(value) && value.length <= 1_000;
    if (!isList || !value.every((item): item is number => Number.isSafeInteger(item)))
      return refuse(name, `${name} must be a list of whole numbers`);
    return value;
  }

  /** A day's text. */
  dayOrNull(name: string): string | null {
    if (this.#isAbsent(name)) return null;
    const value = this.text(name);
    return parseDay(value) === undefined
      ? refuse(name, `${name} must be a date like 2026-03-02`)
      : value;
  }

  /** A moment's text, in UTC. */
  moment(name: string): string {
    const moment = parseMoment(this.text(name));
    return moment?.text ?? refuse(name, `${name} must be a moment like 2026-03-02T18:10:00Z`);
  }

  momentOrNull(name: string): string | null {
    return this.#isAbsent(name) ? null : this.moment(name);
  }

  #isAbsent(name: string): boolean {
    return (this.raw(name) ?? null) === null;
  }
}

/** @param fields an object; anything else is refused */
export function readFields(kind: string, fields: unknown): FieldReader {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    return refuse(kind, `${kind} must be an object`);
  return new FieldReader(fields as { readonly [name: string]: unknown }); // an object, as just seen
}
