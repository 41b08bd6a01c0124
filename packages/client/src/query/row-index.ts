// An index: rows in the order of some fields, so that those with given values lie side by side.

import { type AnyRow, type CompiledQuery, comparison, fieldOf } from "./compile.ts";
import { order } from "./conditions.ts";
import type { KeyRange, Plan } from "./plan.ts";

/** What became of a row; undefined: it was not there before, or is not any more. */
export interface RowChange {
  readonly before?: AnyRow | undefined;
  readonly after?: AnyRow | undefined;
}

export interface RowIndex {
  readonly fields: readonly string[];
  change(changes: readonly RowChange[]): void;
  /** The rows among which all wanted ones are, in the order that the plan says. */
  rows(plan: Plan): Iterable<AnyRow>;
}

/** Above so many changed rows at once, everything is put in order anew: that is quicker than many small steps. */
export const MANY = 500;

/** @param all the rows; put in order when a query first has a use for it */
export function createIndex(fields: readonly string[], all: () => Iterable<AnyRow>): RowIndex {
  const compare = comparison(fields.map((name) => ({ name, sign: 1 })));
  let sorted: AnyRow[] | undefined;

  function inOrder(): readonly AnyRow[] {
    sorted ??= [...all()].sort(compare);
    return sorted;
  }

  /** Compares a row with the beginning of a key: only as many fields as the key has. */
  const against = (key: readonly unknown[], row: AnyRow) => {
    for (const [i, wanted] of key.entries()) {
      const difference = order(fieldOf(row, fields[i] ?? ""), wanted);
      if (difference !== 0) return difference;
    }
    return 0;
  };

  function* between([low, high]: KeyRange, down: boolean) {
    const sorted = inOrder();
    const from = lowest(sorted, (row) => against(low, row) >= 0);
    const to = lowest(sorted, (row) => against(high, row) > 0);
    if (!down) {
      for (let i = from; i < to; i++) yield sorted[i];
      return;
    }
    // Equal ones are ordered by id, upwards in this direction too.
    for (let end = to; end > from; ) {
      const last = sorted[end - 1];
      const key = fields.map((name) => last && fieldOf(last, name));
      const start = Math.max(
        from,
        lowest(sorted, (row) => against(key, row) >= 0),
      );
      for (let i = start; i < end; i++) yield sorted[i];
      end = start;
    }
  }

  return {
    fields,
    change(changes) {
      if (changes.length > MANY) sorted = undefined;
      if (sorted === undefined) return;
      for (const change of changes) replaceIn(sorted, compare, change);
    },
    *rows({ ranges, down }) {
      for (const range of ranges) for (const row of between(range, down)) if (row) yield row;
    },
  };
}

/** Takes a row from its place, and puts another into its. Gives the first place that changed; infinity: none. */
export function replaceIn(
  sorted: AnyRow[],
  compare: CompiledQuery["compare"],
  { before, after }: RowChange,
): number {
  let first = Number.POSITIVE_INFINITY;
  const place = (row: AnyRow) => {
    const found = lowest(sorted, (other) => compare(other, row) >= 0);
    first = Math.min(first, found);
    return found;
  };
  if (before !== undefined) sorted.splice(place(before), 1);
  if (after !== undefined) sorted.splice(place(after), 0, after);
  return first;
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
