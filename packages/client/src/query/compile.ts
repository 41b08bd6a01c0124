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
import type { Score, TextSearch } from "./text-search.ts";

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
  /** How well a row matches the words that are searched for. */
  readonly score: Score | undefined;
  /** Behind the last row that is wanted. */
  readonly to: number;
  /** What is shown of the rows that match. */
  page(rows: readonly AnyRow[]): readonly AnyRow[];
}

const QUERY = ["where", "search", "orderBy", "limit", "offset", "after", "include"];

/**
 * @param path where the query stands, for errors; with a dot at its end, or empty
 * @param texts what searches the collection's texts
 * @throws {SynclineError} `invalid` when the query asks for what there is not
 */
export function compileQuery(query: Query<unknown>, path = "", texts?: TextSearch): CompiledQuery {
  const {
    where = {},
    search,
    orderBy = [],
    offset = 0,
    limit,
    after,
  } = fieldsOf(query, `${path}query`, QUERY, path);
  const asked = new Map<string, Conditions>();
  const holds = whereOf(where, `${path}where`, asked);
  const keys = [orderBy].flat().map((name: unknown): OrderKey => {
    if (typeof name !== "string") throw wants("names of fields", `${path}orderBy`);
    return name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 };
  });
  const score = typeof search === "string" ? texts?.ask(search) : undefined;
  if (search !== undefined && !score)
    throw wants("a text, and @syncline/client/search", `${path}search`);
  const compare = comparison(keys, keys[0] ? undefined : score);
  const behind = after !== undefined && rowOf(after, `${path}after`);
  const [first] = keys;
  // Where an index begins to be read; equal ones may lie on both sides of the row.
  if (behind && first)
    asked.set(first.name, {
      ...asked.get(first.name),
      [first.sign > 0 ? "gte" : "lte"]: fieldOf(behind, first.name),
    });
  const from = whole(offset, `${path}offset`);
  const to = limit === undefined ? Number.POSITIVE_INFINITY : from + whole(limit, `${path}limit`);
  return {
    test: (row) => holds(row) && score?.(row) !== 0 && !(behind && compare(row, behind) <= 0),
    compare,
    where: asked,
    order: keys,
    score,
    to,
    page: (rows) => rows.slice(from, to),
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

function comparison(keys: readonly OrderKey[], score: Score = () => 0): CompiledQuery["compare"] {
  return (a, b) => {
    for (const { name, sign } of keys) {
      const difference = order(fieldOf(a, name), fieldOf(b, name));
      if (difference !== 0) return difference * sign;
    }
    return score(b) - score(a) || order(a.id, b.id);
  };
}

function rowOf(value: unknown, path: string): AnyRow {
  const row = fieldsOf(value, path);
  if (typeof row["id"] === "string") return row as AnyRow;
  throw wants("a row", path);
}

function whole(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wants("a whole number, 0 or more", path);
}
