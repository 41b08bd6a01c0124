// Conditions: what a field is asked for, as a test of its value, and the order of values.

import { canonicalJson, type Json, SynclineError } from "@syncline/core";

export type Test = (value: unknown) => boolean;

/** @throws {SynclineError} `invalid` for a condition that there is not */
export function conditionTest(name: string, condition: unknown): Test {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition))
    return equals(condition);
  const tests = Object.entries(condition)
    .filter(([, wanted]) => wanted !== undefined)
    .map(([test, wanted]) => testFor(test, wanted, `where.${name}`));
  return (value) => tests.every((test) => test(value));
}

function testFor(test: string, wanted: unknown, path: string): Test {
  switch (test) {
    case "gt":
      return (value) => compare(value, wanted) > 0;
    case "gte":
      return (value) => compare(value, wanted) >= 0;
    case "lt":
      return (value) => compare(value, wanted) < 0;
    case "lte":
      return (value) => compare(value, wanted) <= 0;
    case "in": {
      if (!Array.isArray(wanted))
        throw new SynclineError("invalid", "This wants a list.", { path: `${path}.in` });
      const tests = wanted.map(equals);
      return (value) => tests.some((one) => one(value));
    }
    case "prefix":
      if (typeof wanted !== "string")
        throw new SynclineError("invalid", "This wants a text.", { path: `${path}.prefix` });
      return (value) => typeof value === "string" && value.startsWith(wanted);
    case "not": {
      const same = equals(wanted);
      return (value) => !same(value);
    }
    default:
      throw new SynclineError(
        "invalid",
        "A condition is a value, or some of gt, gte, lt, lte, in, prefix, not.",
        { path: `${path}.${test}` },
      );
  }
}

/** Null, undefined and a field that is not there are one. Lists and objects are compared by what they hold. */
function equals(wanted: unknown): Test {
  if (wanted === null || wanted === undefined)
    return (value) => value === null || value === undefined;
  if (typeof wanted !== "object") return (value) => value === wanted;
  const text = canonicalJson(wanted as Json); // a row holds JSON, so nothing else could equal it
  return (value) =>
    typeof value === "object" && value !== null && canonicalJson(value as Json) === text; // as above
}

/** Values of one kind compare as they do; values of two kinds do not: no range holds. */
function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b || typeof a === "object") return Number.NaN;
  return order(a, b);
}

const RANKS: readonly string[] = ["undefined", "boolean", "number", "string", "object"];

/** A total order over JSON values: by kind first, so that sorting never depends on where it begins. */
export function order(a: unknown, b: unknown): number {
  const rank = (value: unknown) => (value === null ? 0 : RANKS.indexOf(typeof value));
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return 0;
}
