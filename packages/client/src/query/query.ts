// Queries: which records, in which order, how many.

import { canonicalJson, type Json, SynclineError } from "@syncline/core";
import type { Row } from "../collections/definition.ts";

/** What a field may be asked for: a value it equals, or conditions that all hold. */
export type Condition<Value> =
  | Value
  | {
      readonly gt?: Value;
      readonly gte?: Value;
      readonly lt?: Value;
      readonly lte?: Value;
      readonly in?: readonly Value[];
      /** For texts: what they begin with. */
      readonly prefix?: string;
      readonly not?: Value;
    };

export type Order<Data> = (keyof Data & string) | "id";

export interface Query<Data> {
  readonly where?: { readonly [Name in keyof Row<Data>]?: Condition<Row<Data>[Name]> };
  /** Names of fields, `-` in front for descending; equal ones are ordered by id. */
  readonly orderBy?: Order<Data> | `-${Order<Data>}` | readonly (Order<Data> | `-${Order<Data>}`)[];
  readonly limit?: number;
  readonly offset?: number;
}

/** A row is a bag of fields whatever its type. */
type Bag = { readonly id: string } & { readonly [name: string]: unknown };
type Test = (value: unknown) => boolean;

/**
 * Runs a query over rows.
 * @throws {SynclineError} `invalid` when the query asks for what there is not
 */
export function runQuery<Data>(rows: Iterable<Row<Data>>, query: Query<Data>): Row<Data>[] {
  const test = testOf(query);
  const found: Row<Data>[] = [];
  for (const row of rows) if (test(row)) found.push(row);
  found.sort(comparison(query));
  const from = whole(query.offset, "offset") ?? 0;
  const limit = whole(query.limit, "limit") ?? found.length;
  return found.slice(from, from + limit);
}

/** @throws {SynclineError} `invalid` when the query asks for what there is not */
export function checkQuery(query: Query<unknown>): void {
  runQuery([], query);
}

/** Whether a row is what the query asks for. */
export function matches<Data>(row: Row<Data>, query: Query<Data>): boolean {
  return testOf(query)(row);
}

function testOf<Data>({ where = {} }: Query<Data>): (row: Row<Data>) => boolean {
  const tests = Object.entries(where)
    .filter(([, condition]) => condition !== undefined)
    .map(([name, condition]) => [name, conditionTest(name, condition)] as const);
  return (row) => {
    const bag = row as unknown as Bag;
    return tests.every(([name, test]) => test(Object.hasOwn(bag, name) ? bag[name] : undefined));
  };
}

function conditionTest(name: string, condition: unknown): Test {
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

function whole(value: number | undefined, path: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new SynclineError("invalid", "This is a whole number, 0 or more.", { path });
}

function comparison<Data>({ orderBy }: Query<Data>): (a: Row<Data>, b: Row<Data>) => number {
  const names: readonly string[] =
    orderBy === undefined ? [] : typeof orderBy === "string" ? [orderBy] : orderBy;
  const keys = names.map((name) =>
    name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 },
  );
  return (a, b) => {
    const [left, right] = [a as unknown as Bag, b as unknown as Bag];
    for (const { name, sign } of keys) {
      const difference = order(left[name], right[name]);
      if (difference !== 0) return difference * sign;
    }
    return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
  };
}

/** Values of one kind compare as they do; values of two kinds do not: no range holds. */
function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b || typeof a === "object") return Number.NaN;
  return order(a, b);
}

const RANKS: readonly string[] = ["undefined", "boolean", "number", "string", "object"];

/** A total order over JSON values: by kind first, so that sorting never depends on where it begins. */
function order(a: unknown, b: unknown): number {
  const rank = (value: unknown) => (value === null ? 0 : RANKS.indexOf(typeof value));
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return 0;
}
