// How a query uses an index: between which keys its rows lie, and whether they come in its order.

import type { CompiledQuery } from "./compile.ts";
import { order } from "./conditions.ts";

/** Keys, or beginnings of keys, between which all wanted rows lie; both ends are part of it. */
export type KeyRange = readonly [low: readonly unknown[], high: readonly unknown[]];

export interface Plan {
  /** The fields of the index. */
  readonly fields: readonly string[];
  /** More is better. */
  readonly worth: number;
  /** Whether it looks at some of the rows only, whatever the query's limit. */
  readonly selects: boolean;
  /** Whether the rows come in the query's order. */
  readonly ordered: boolean;
  /** Whether the rows are wanted downwards; equal ones come by id upwards all the same. */
  readonly down: boolean;
  readonly ranges: readonly KeyRange[];
}

/** With more combinations of values, going through everything is no slower. */
const MAX_KEYS = 100;

/** The best of some indexes for a query; undefined where all are of no use. */
export function bestPlan(
  indexes: readonly (readonly string[])[],
  query: CompiledQuery,
): Plan | undefined {
  const plans = indexes.flatMap((fields) => planOf(fields, query) ?? []);
  return plans.sort((a, b) => b.worth - a.worth)[0];
}

function planOf(
  fields: readonly string[],
  { where, order: wantedOrder }: CompiledQuery,
): Plan | undefined {
  let keys: unknown[][] = [[]];
  let fixed = 0;
  for (const name of fields) {
    const { isNull, in: values = isNull === true && [null] } = where.get(name) ?? {};
    if (!Array.isArray(values) || keys.length * values.length > MAX_KEYS) break;
    // Two that lie in one place would give its rows twice.
    const places: unknown[] = values.filter(
      (value, i) => values.findIndex((other) => order(other, value) === 0) === i,
    );
    keys = keys.flatMap((key) => places.map((value) => [...key, value]));
    fixed += 1;
  }
  const tail = fields.slice(fixed);
  // Where the values lie that the next field is asked for; more may lie there.
  const { startsWith, gt, gte = gt, lt, lte = lt } = where.get(tail[0] ?? "") ?? {};
  const from = startsWith ?? gte;
  const to = typeof startsWith === "string" ? afterPrefix(startsWith) : lte;
  const sign = wantedOrder[0]?.sign ?? 1;
  const ordered =
    keys.length === 1 &&
    // Equal ones are ordered by id, so nothing may come between.
    wantedOrder.length === tail.length &&
    wantedOrder.every((one, i) => one.sign === sign && one.name === tail[i]);
  const ranged = from !== undefined || to !== undefined;
  const worth = fixed * 4 + (ranged ? 2 : 0) + (ordered ? 1 : 0);
  if (worth === 0) return undefined;
  const ranges = keys.map(
    (key): KeyRange => [
      from === undefined ? key : [...key, from],
      to === undefined ? key : [...key, to],
    ],
  );
  return {
    fields,
    worth,
    selects: fixed > 0 || ranged,
    ordered,
    down: ordered && sign < 0,
    ranges,
  };
}

/** The least text that is greater than all that begin so. */
function afterPrefix(prefix: string): string | undefined {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last < 0xffff ? prefix.slice(0, -1) + String.fromCharCode(last + 1) : undefined;
}
