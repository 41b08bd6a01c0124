// A query made ready: checked once, and then asked of many rows.

import type { Row } from "../collections/definition.ts";
import {
  type Conditions,
  conditionsOf,
  fieldsOf,
  listOf,
  order,
  testOf,
  wants,
} from "./conditions.ts";
import { fieldOf } from "./field.ts";
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
  /** What each field is asked for whatever else holds: by this indexes are chosen. */
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
  const asked = new Map<string, Conditions>();
  const test = whereOf(where, `${path}where`, asked);
  const keys = [orderBy].flat().map((name: unknown): OrderKey => {
    if (typeof name !== "string") throw wants("names of fields", `${path}orderBy`);
    return name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 };
  });
  const from = whole(offset, `${path}offset`);
  return {
    test,
    compare: comparison(keys),
    where: asked,
    order: keys,
    from,
    to: limit === undefined ? Number.POSITIVE_INFINITY : from + whole(limit, `${path}limit`),
  };
}

/** @param asked gets what each field is asked for; undefined: what stands here need not hold */
function whereOf(
  where: unknown,
  path: string,
  asked?: Map<string, Conditions>,
): CompiledQuery["test"] {
  const tests = Object.entries(fieldsOf(where, path)).map(([name, wanted]) => {
    const at = `${path}.${name}`;
    if (name === "not") {
      const test = whereOf(wanted, at);
      return (row: AnyRow) => !test(row);
    }
    if (name === "and" || name === "or") {
      const isAnd = name === "and";
      const parts = listOf(wanted, at).map((one, i) =>
        whereOf(one, `${at}.${i}`, isAnd ? asked : undefined),
      );
      return (row: AnyRow) =>
        isAnd ? parts.every((test) => test(row)) : parts.some((test) => test(row));
    }
    asked?.set(name, { ...conditionsOf(wanted, at), ...asked.get(name) });
    const holds = testOf(wanted, at);
    return (row: AnyRow) => holds(fieldOf(row, name));
  });
  return (row) => tests.every((test) => test(row));
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

function whole(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wants("a whole number, 0 or more", path);
}
