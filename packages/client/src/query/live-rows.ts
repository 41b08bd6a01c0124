// The result of a live query, kept up to date row by row.

import type { AnyRow, CompiledQuery } from "./compile.ts";
import { placeOf } from "./row-index.ts";

export interface LiveRows {
  /** How many match, whatever the query's limit. */
  readonly count: number;
  /** The rows that the query shows; the same list while it did not change. */
  shown(): readonly AnyRow[];
  /** A row was changed; undefined: it was not there before, or is not any more. Tells whether it concerns the query. */
  change(before: AnyRow | undefined, after: AnyRow | undefined): boolean;
}

/** @param matching all rows that match, in the query's order */
export function createLiveRows(query: CompiledQuery, matching: AnyRow[]): LiveRows {
  let shown: readonly AnyRow[] | undefined;

  const slice = () => Object.freeze(matching.slice(query.from, query.to));
  return {
    get count() {
      return matching.length;
    },
    shown() {
      shown ??= slice();
      return shown;
    },
    change(before, after) {
      const wasIn = before !== undefined && query.test(before);
      const isIn = after !== undefined && query.test(after);
      if (!wasIn && !isIn) return false;
      const from = wasIn ? placeOf(matching, before, query.compare) : -1;
      if (wasIn) matching.splice(from, 1);
      const to = isIn ? placeOf(matching, after, query.compare) : -1;
      if (isIn) matching.splice(to, 0, after);
      // What happens behind the last row shown, only there, is not seen.
      const first = Math.min(wasIn ? from : to, isIn ? to : from);
      if (first < query.to) shown = undefined;
      return true;
    },
  };
}
