// A habit's streak as the worker stores it: a record of its own, so that no version of the habit guards it.

import { DomainError, type Streak } from "@syncline/kanso-domain";

/** The collection; ids are those of the habits. Only the server writes it. */
export const STREAKS = "streaks";

const UNITS: readonly Streak["unit"][] = ["days", "weeks", "times"];

export function streakFields({ current, longest, unit }: Streak) {
  return { current, longest, unit };
}

/** Reads a stored record. @throws {DomainError} naming the field */
export function readStreak(stored: unknown): Streak {
  const fields: { readonly [name: string]: unknown } =
    typeof stored === "object" && stored !== null ? { ...stored } : {};
  const unit = UNITS.find((name) => name === fields["unit"]);
  if (unit === undefined) throw new DomainError("unit", "unit must be days, weeks or times");
  return { current: count(fields, "current"), longest: count(fields, "longest"), unit };
}

function count(fields: { readonly [name: string]: unknown }, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DomainError(name, `${name} must be a whole number of 0 or more`);
}

export function sameStreak(a: Streak | undefined, b: Streak): boolean {
  return a?.current === b.current && a.longest === b.longest && a.unit === b.unit;
}
