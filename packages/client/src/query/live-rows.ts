// The result of a live query, kept up to date row by row.

import type { Row } from "../collections/definition.ts";
import type { AnyRow, CompiledQuery } from "./compile.ts";
import { type RowChange, replaceIn } from "./row-set.ts";

/** What a live query shows. */
export interface LiveResult<Data> {
  /** False until the records were read from the device's database for the first time. */
  readonly ready: boolean;
  readonly rows: readonly Row<Data>[];
}

export const NOT_READY: LiveResult<never> = Object.freeze({
  ready: false,
  rows: Object.freeze([]) as readonly never[],
});

/** The result with these rows; the one before where it shows the same. */
export function showRows(
  before: LiveResult<unknown>,
  rows: readonly AnyRow[],
): LiveResult<unknown> {
  return before.ready && sameItems(before.rows, rows)
    ? before
    : Object.freeze({ ready: true, rows });
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

export interface LiveRows {
  /** How many match, whatever the query's limit. */
  readonly count: number;
  /** The rows that the query shows; the same list while it did not change. */
  shown(): readonly AnyRow[];
  change(change: RowChange): void;
}

/** @param matching all rows that match, in the query's order */
export function createLiveRows(query: CompiledQuery, matching: AnyRow[]): LiveRows {
  let shown: readonly AnyRow[] | undefined;

  return {
    get count() {
      return matching.length;
    },
    shown() {
      shown ??= Object.freeze(query.page(matching));
      return shown;
    },
    change({ before, after }) {
      const first = replaceIn(matching, query.compare, {
        before: before && query.test(before) ? before : undefined,
        after: after && query.test(after) ? after : undefined,
      });
      // What happens behind the last row shown, only there, is not seen.
      if (first < query.to) shown = undefined;
    },
  };
}
