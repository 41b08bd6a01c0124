// A query made ready: checked once, and then asked of many rows.

import { SynclineError } from "@syncline/core";
import type { Row } from "../collections/definition.ts";
import { conditionTest, order } from "./conditions.ts";
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
  /** What each field is asked for, as the query says it. */
  readonly where: ReadonlyMap<string, unknown>;
  readonly order: readonly OrderKey[];
  readonly from: number;
  /** Behind the last row that is wanted. */
  readonly to: number;
}

/** @throws {SynclineError} `invalid` when the query asks for what there is not */
export function compileQuery(query: Query<unknown>): CompiledQuery {
  const where = new Map<string, unknown>(
    Object.entries(query.where ?? {}).filter(([, condition]) => condition !== undefined),
  );
  const tests = [...where].map(([name, condition]) => {
    const test = conditionTest(name, condition);
    return (row: AnyRow) => test(fieldOf(row, name));
  });
  const names: readonly string[] = [query.orderBy ?? []].flat();
  const keys = names.map(
    (name): OrderKey =>
      name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 },
  );
  const from = whole(query.offset, "offset") ?? 0;
  return {
    test: (row) => tests.every((test) => test(row)),
    compare: comparison(keys),
    where,
    order: keys,
    from,
    to: from + (whole(query.limit, "limit") ?? Number.POSITIVE_INFINITY),
  };
}

export function comparison(keys: readonly OrderKey[]): CompiledQuery["compare"] {
  return (a, b) => {
    for (const { name, sign } of keys) {
      const difference = order(fieldOf(a, name), fieldOf(b, name));
      if (difference !== 0) return difference * sign;
    }
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  };
}

/** The value of a field; a row is a bag of fields whatever its type. */
export function fieldOf(row: AnyRow, name: string): unknown {
  return Object.hasOwn(row, name) ? (row as { readonly [name: string]: unknown })[name] : undefined;
}

function whole(value: number | undefined, path: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new SynclineError("invalid", "This is a whole number, 0 or more.", { path });
}
