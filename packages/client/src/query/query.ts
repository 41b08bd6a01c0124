// Queries: which records, in which order, how many.

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

type AnyRow = { readonly id: string } & { readonly [name: string]: unknown };

/** Runs a query over rows. */
export function runQuery<Data>(rows: Iterable<Row<Data>>, query: Query<Data>): Row<Data>[] {
  const found = [...rows].filter((row) => matches(row, query));
  found.sort(comparison(query));
  const from = query.offset ?? 0;
  return query.limit === undefined && from === 0
    ? found
    : found.slice(from, from + (query.limit ?? found.length));
}

/** Whether a row is what the query asks for. */
export function matches<Data>(row: Row<Data>, { where }: Query<Data>): boolean {
  if (where === undefined) return true;
  const values = row as unknown as AnyRow; // a row is a bag of fields whatever its type
  return Object.entries(where).every(([name, condition]) => holds(values[name], condition));
}

function holds(value: unknown, condition: unknown): boolean {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition)) {
    return (value ?? null) === (condition ?? null);
  }
  return Object.entries(condition).every(([test, wanted]) => {
    switch (test) {
      case "gt":
        return compare(value, wanted) > 0;
      case "gte":
        return compare(value, wanted) >= 0;
      case "lt":
        return compare(value, wanted) < 0;
      case "lte":
        return compare(value, wanted) <= 0;
      case "in":
        return Array.isArray(wanted) && wanted.includes(value);
      case "prefix":
        return typeof value === "string" && typeof wanted === "string" && value.startsWith(wanted);
      case "not":
        return (value ?? null) !== (wanted ?? null);
      default:
        return false;
    }
  });
}

function comparison<Data>({ orderBy }: Query<Data>): (a: Row<Data>, b: Row<Data>) => number {
  const names: readonly string[] =
    orderBy === undefined ? [] : Array.isArray(orderBy) ? orderBy : [String(orderBy)];
  const keys = names.map((name) =>
    name.startsWith("-") ? { name: name.slice(1), sign: -1 } : { name, sign: 1 },
  );
  return (a, b) => {
    const [left, right] = [a as unknown as AnyRow, b as unknown as AnyRow]; // as above
    for (const { name, sign } of keys) {
      const difference = order(left[name], right[name]);
      if (difference !== 0) return difference * sign;
    }
    return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
  };
}

/** Values of one kind compare as they do; values of two kinds do not: no range holds. */
function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b || a === null || b === null) return Number.NaN;
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
