// A query made ready: checked once, and then asked of many rows.

import type { Row } from "../collections/definition.ts";
import { type Conditions, conditionsOf, fieldsOf, order, testFor, wants } from "./conditions.ts";
import type { Query } from "./query.ts";

export type AnyRow = Row<unknown>;

/** A field by which rows are ordered. */
export interface OrderKey {
  readonly name: string;
  readonly sign: 1 | -1;
}

export interface CompiledQuery {
  test(row: AnyRow): boolean;
  /** A total order: rows that are equal by their fields are ordered by id. */
  compare(a: AnyRow, b: AnyRow): number;
  /** What each field is asked for. */
  readonly where: ReadonlyMap<string, Conditions>;
  readonly order: readonly OrderKey[];
  readonly from: number;
  /** Behind the last row that is wanted. */
  readonly to: number;
}

const QUERY = ["where", "orderBy", "limit", "offset", "include"];

/**
 * @param path where the query stands, for errors; with a dot at its end, or empty
 * @throws {SynclineError} `invalid` when the query asks for what there is not
 */
export function compileQuery(query: Query<unknown>, path = ""): CompiledQuery {
  const {
    where = {},
    orderBy = [],
    offset = 0,
    limit,
  } = fieldsOf(query, `${path}query`, QUERY, path);
  const asked = Object.entries(fieldsOf(where, `${path}where`)).map(
    ([name, condition]) => [name, conditionsOf(condition, `${path}where.${name}`)] as const,
  );
  const tests = asked.flatMap(([name, conditions]) =>
    Object.entries(conditions).map(([test, wanted]) => {
      const holds = testFor(test, wanted, `${path}where.${name}.${test}`);
      return (row: AnyRow) => holds(fieldOf(row, name));
    }),
  );
  const keys = [orderBy].flat().map((name: unknown): OrderKey => {
    if (typeof name !== "string") throw wants("names of fields", `${path}orderBy`);
    return name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 };
  });
  const from = whole(offset, `${path}offset`);
  return {
    test: (row) => tests.every((test) => test(row)),
    compare: comparison(keys),
    where: new Map(asked),
    order: keys,
    from,
    to: limit === undefined ? Number.POSITIVE_INFINITY : from + whole(limit, `${path}limit`),
  };
}

export function comparison(keys: readonly OrderKey[]): CompiledQuery["compare"] {
  return (a, b) => {
    for (const { name, sign } of keys) {
      const difference = order(fieldOf(a, name), fieldOf(b, name));
      if (difference !== 0) return difference * sign;
    }
    return order(a.id, b.id);
  };
}

/** The value of a field; a row is a bag of fields whatever its type. */
export function fieldOf(row: AnyRow, name: string): unknown {
  return Object.hasOwn(row, name) ? (row as { readonly [name: string]: unknown })[name] : undefined;
}

function whole(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wants("a whole number, 0 or more", path);
}
