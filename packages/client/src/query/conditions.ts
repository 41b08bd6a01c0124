// Conditions: what a field is asked for, as a test of its value, and the order of values.

import { canonicalJson, checkJson, DEFAULT_LIMITS, type Json, SynclineError } from "@syncline/core";

export type Test = (value: unknown) => boolean;

/** What a field is asked for, by the names of the tests, all of which must hold. */
export type Conditions = { readonly [test: string]: unknown };

/** What each test says of a value: here, and nowhere else. */
const TESTS: { readonly [name: string]: (wanted: unknown, path: string) => Test } = {
  gt: ofOrdered((difference) => difference > 0),
  gte: ofOrdered((difference) => difference >= 0),
  lt: ofOrdered((difference) => difference < 0),
  lte: ofOrdered((difference) => difference <= 0),
  in: (wanted, path) => oneOf(listOf(wanted, path), path),
  isNull(wanted, path) {
    if (typeof wanted !== "boolean") throw wants("true or false", path);
    return (value) => ((value ?? null) === null) === wanted;
  },
  startsWith: ofTexts((value, wanted) => value.startsWith(wanted)),
  includes: ofTexts((value, wanted) => value.includes(wanted)),
  contains(wanted, path) {
    const same = oneOf([wanted], path);
    return (value) => Array.isArray(value) && value.some(same);
  },
  not(wanted, path) {
    const holds = testOf(wanted, path);
    return (value) => !holds(value);
  },
};

/** What a field is asked for. A value alone asks for one of one. */
export function conditionsOf(condition: unknown, path: string): Conditions {
  return typeof condition !== "object" || condition === null || Array.isArray(condition)
    ? { in: [condition] }
    : fieldsOf(condition, path, Object.keys(TESTS), `${path}.`);
}

/** @throws {SynclineError} `invalid` for a test that there is not, or of what it cannot be */
export function testOf(condition: unknown, path: string): Test {
  const tests = Object.entries(conditionsOf(condition, path)).map(([name, wanted]) =>
    TESTS[name]?.(wanted, `${path}.${name}`),
  );
  return (value) => tests.every((holds) => holds?.(value));
}

function ofOrdered(holds: (difference: number) => boolean) {
  return (wanted: unknown, path: string): Test => {
    if (typeof wanted === "object" && wanted !== null) throw wants("a number or a text", path);
    return (value) => holds(compare(value, wanted));
  };
}

function ofTexts(holds: (value: string, wanted: string) => boolean) {
  return (wanted: unknown, path: string): Test => {
    if (typeof wanted !== "string") throw wants("a text", path);
    return (value) => typeof value === "string" && holds(value, wanted);
  };
}

export function listOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wants("a list", path);
}

/** Null, undefined and a field that is not there are one. Lists and objects are compared by what they hold. */
function oneOf(wanted: readonly unknown[], path: string): Test {
  const values = new Set(wanted);
  const texts = new Set<string>();
  for (const one of wanted) {
    if (one === undefined) values.add(null);
    if (typeof one !== "object" || one === null) continue;
    if (checkJson(one, DEFAULT_LIMITS.jsonDepth) !== undefined) throw wants("JSON", path);
    texts.add(canonicalJson(one as Json)); // just checked
  }
  return (value) =>
    typeof value === "object" && value !== null
      ? texts.size > 0 && texts.has(canonicalJson(value as Json)) // a row holds JSON
      : values.has(value ?? null);
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
