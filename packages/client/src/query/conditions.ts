// Conditions: what a field is asked for, as a test of its value, and the order of values.

import { canonicalJson, checkJson, DEFAULT_LIMITS, type Json, SynclineError } from "@syncline/core";

export type Test = (value: unknown) => boolean;

/** What a field is asked for, by the names of the tests, all of which must hold. */
export type Conditions = { readonly [test: string]: unknown };

/** A value alone asks for one of one. */
export function conditionsOf(condition: unknown, path: string): Conditions {
  return typeof condition !== "object" || condition === null || Array.isArray(condition)
    ? { in: [condition] }
    : fieldsOf(condition, path);
}

/** @throws {SynclineError} `invalid` for a test that there is not */
export function testFor(test: string, wanted: unknown, path: string): Test {
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
      if (!Array.isArray(wanted)) throw wants("a list", path);
      const scalars = new Set<unknown>(wanted.filter((one) => one && typeof one !== "object"));
      const tests = wanted.flatMap((one) => (scalars.has(one) ? [] : [equals(one, path)]));
      return (value) => scalars.has(value) || tests.some((one) => one(value));
    }
    case "prefix":
      if (typeof wanted !== "string") throw wants("a text", path);
      return (value) => typeof value === "string" && value.startsWith(wanted);
    case "not": {
      const same = equals(wanted, path);
      return (value) => !same(value);
    }
    default:
      throw wants("a value, or some of gt, gte, lt, lte, in, prefix, not", path);
  }
}

/** Null, undefined and a field that is not there are one. Lists and objects are compared by what they hold. */
function equals(wanted: unknown, path: string): Test {
  if (wanted === null || wanted === undefined)
    return (value) => value === null || value === undefined;
  if (typeof wanted !== "object") return (value) => value === wanted;
  const problem = checkJson(wanted, DEFAULT_LIMITS.jsonDepth);
  if (problem !== undefined) throw wants("JSON", path);
  const text = canonicalJson(wanted as Json); // just checked
  return (value) =>
    typeof value === "object" && value !== null && canonicalJson(value as Json) === text; // a row holds JSON
}

/**
 * The fields of a part of a query that are given.
 * @throws {SynclineError} `invalid` when it is no plain object: a Date, say, would ask for nothing, and find all
 */
export function fieldsOf(
  part: unknown,
  path: string,
  known?: readonly string[],
  at = "",
): { readonly [name: string]: unknown } {
  if (typeof part === "object" && part !== null) {
    if (known !== undefined) checkNames(part, known, at);
    const prototype: unknown = Object.getPrototypeOf(part);
    // Of whatever realm: the prototype of a plain object has none itself.
    if (prototype === null || Object.getPrototypeOf(prototype) === null)
      return Object.fromEntries(Object.entries(part).filter(([, wanted]) => wanted !== undefined));
  }
  throw wants("a plain object", path);
}

/**
 * A name that nobody knows is a slip, and would be passed over in silence.
 * @throws {SynclineError} `invalid`
 */
export function checkNames(given: object, known: readonly string[], at: string): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const names = known.join(", ");
    throw new SynclineError("invalid", `There is no "${name}" here, but ${names}.`, {
      path: `${at}${name}`,
    });
  }
}

export function wants(what: string, path: string): SynclineError {
  return new SynclineError("invalid", `This wants ${what}.`, { path });
}

/** Values of one kind compare as they do; values of two kinds do not: no range holds. */
function compare(a: unknown, b: unknown): number {
  return typeof a !== typeof b || typeof a === "object" ? Number.NaN : order(a, b);
}

const RANKS: readonly string[] = ["undefined", "boolean", "number", "string", "object"];
const rankOf = (value: unknown) => (value === null ? 0 : RANKS.indexOf(typeof value));

/** A total order over JSON values: by kind first, so that sorting never depends on where it begins. */
export function order(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b || typeof a === "object") return rankOf(a) - rankOf(b);
  const [left, right] = [a as string, b as string]; // or both booleans, which compare alike
  return left < right ? -1 : left > right ? 1 : 0;
}
