// An index: rows in the order of some fields, so that those with given values lie side by side.

import { type AnyRow, type CompiledQuery, comparison, fieldOf } from "./compile.ts";
import { order } from "./conditions.ts";

export interface RowIndex {
  readonly fields: readonly string[];
  add(row: AnyRow): void;
  remove(row: AnyRow): void;
  /** How a query would use it; undefined where it is of no use. */
  plan(query: CompiledQuery): Plan | undefined;
}

export interface Plan {
  /** More is better. */
  readonly worth: number;
  /** Whether the rows come in the query's order. */
  readonly ordered: boolean;
  /** The rows among which all wanted ones are. */
  rows(): Iterable<AnyRow>;
}

export function createIndex(fields: readonly string[], rows: Iterable<AnyRow>): RowIndex {
  const compare = comparison(fields.map((name) => ({ name, sign: 1 })));
  const sorted = [...rows].sort(compare);

  /** Compares a row with the beginning of a key: only as many fields as the key has. */
  const against = (key: readonly unknown[]) => (row: AnyRow) => {
    for (const [i, wanted] of key.entries()) {
      const difference = order(fieldOf(row, fields[i] ?? ""), wanted);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const first = (key: readonly unknown[]) => {
    const difference = against(key);
    return lowest(sorted, (row) => difference(row) >= 0);
  };
  const behind = (key: readonly unknown[]) => {
    const difference = against(key);
    return lowest(sorted, (row) => difference(row) > 0);
  };

  return {
    fields,
    add: (row) => void sorted.splice(placeOf(sorted, row, compare), 0, row),
    remove(row) {
      const place = placeOf(sorted, row, compare);
      if (sorted[place]?.id === row.id) sorted.splice(place, 1);
    },
    plan({ where, order: wantedOrder }) {
      let keys: unknown[][] = [[]];
      let fixed = 0;
      for (const name of fields) {
        const values = valuesOf(where, name);
        if (values === undefined || keys.length * values.length > MAX_KEYS) break;
        keys = keys.flatMap((key) => values.map((value) => [...key, value]));
        fixed += 1;
      }
      const next = fields[fixed];
      const range = next === undefined ? undefined : rangeOf(where.get(next));
      const [key = []] = keys;
      const tail = fields.slice(fixed);
      const sign = wantedOrder[0]?.sign ?? 1;
      const ordered =
        keys.length === 1 &&
        wantedOrder.every((one, i) => one.sign === sign && one.name === tail[i]) &&
        // Equal ones are ordered by id, so nothing may come between.
        wantedOrder.length === tail.length &&
        (sign === 1 || wantedOrder.length === 0);
      const worth =
        fixed * 4 + (range === undefined ? 0 : 2) + (ordered && wantedOrder.length > 0 ? 1 : 0);
      if (worth === 0) return undefined;
      return {
        worth,
        ordered: ordered && wantedOrder.length > 0,
        *rows() {
          for (const one of keys) {
            const bounded = one === key && keys.length === 1 ? range : undefined;
            const from = bounded?.from === undefined ? first(one) : first([...one, bounded.from]);
            const to = bounded?.to === undefined ? behind(one) : behind([...one, bounded.to]);
            for (let i = from; i < to; i++) {
              const row = sorted[i];
              if (row !== undefined) yield row;
            }
          }
        },
      };
    },
  };
}

/** With more combinations of values, going through everything is no slower. */
const MAX_KEYS = 100;

/** Where a row is, or would be. */
export function placeOf(
  sorted: readonly AnyRow[],
  row: AnyRow,
  compare: (a: AnyRow, b: AnyRow) => number,
): number {
  return lowest(sorted, (other) => compare(other, row) >= 0);
}

/** The first place from which on something holds. */
function lowest(sorted: readonly AnyRow[], holds: (row: AnyRow) => boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const row = sorted[middle];
    if (row !== undefined && holds(row)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The values that a field must have one of; undefined: it is not asked for that. */
function valuesOf(where: CompiledQuery["where"], name: string): readonly unknown[] | undefined {
  if (!where.has(name)) return undefined;
  const condition = where.get(name);
  if (typeof condition !== "object" || condition === null) return [condition];
  if (!("in" in condition) || !Array.isArray(condition.in)) return undefined;
  // Lists and objects have no order of their own: they lie together, and are tested one by one.
  return [...new Set(condition.in.map((value) => (typeof value === "object" ? null : value)))]
    .length === condition.in.length
    ? condition.in
    : undefined;
}

function rangeOf(
  condition: unknown,
): { readonly from?: unknown; readonly to?: unknown } | undefined {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition))
    return undefined;
  const bag = condition as { readonly [test: string]: unknown };
  if (typeof bag["prefix"] === "string") {
    return { from: bag["prefix"], to: afterPrefix(bag["prefix"]) };
  }
  const from = bag["gte"] ?? bag["gt"];
  const to = bag["lte"] ?? bag["lt"];
  if (from === undefined && to === undefined) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The least text that is greater than all that begin so. */
function afterPrefix(prefix: string): string | undefined {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last < 0xffff ? prefix.slice(0, -1) + String.fromCharCode(last + 1) : undefined;
}
