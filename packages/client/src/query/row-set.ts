// The rows of a collection in memory.

import type { AnyRow, CompiledQuery } from "./compile.ts";

/** What became of a row; undefined: it was not there before, or is not any more. */
export interface RowChange {
  readonly before?: AnyRow | undefined;
  readonly after?: AnyRow | undefined;
}

/** Above so many changed rows at once, everything is put in order anew: that is quicker than many small steps. */
export const MANY = 500;

/** What a query found, and how. */
export interface Selection {
  /** The first that match, in the query's order; its offset and limit are not applied. */
  readonly rows: AnyRow[];
  /** The fields of the index that was used. */
  readonly index: readonly string[] | null;
  /** Rows that were looked at. */
  readonly scanned: number;
}

export interface RowSet {
  get(id: string): AnyRow | undefined;
  change(changes: readonly RowChange[]): void;
  /**
   * @param most no more are needed
   * @param among all that match are among these
   */
  select(query: CompiledQuery, most?: number, among?: readonly AnyRow[]): Selection;
}

export function createRowSet(): RowSet {
  const byId = new Map<string, AnyRow>();

  return {
    get: (id) => byId.get(id),
    change(changes) {
      for (const { before, after } of changes) {
        if (after !== undefined) byId.set(after.id, after);
        else if (before !== undefined) byId.delete(before.id);
      }
    },
    select(query, most = Number.POSITIVE_INFINITY, among) {
      const ids = idsOf(query);
      const all = ids?.flatMap((id) => byId.get(id) ?? []) ?? among ?? [...byId.values()];
      return {
        rows: firstOf(all.filter(query.test), query, most),
        index: ids ? ["id"] : null,
        scanned: all.length,
      };
    },
  };
}

/** The ids that a query names, each once; undefined: it names none. */
export function idsOf({ where }: CompiledQuery): readonly string[] | undefined {
  const ids = where.get("id")?.["in"];
  return Array.isArray(ids) ? [...new Set(ids)].filter((id) => typeof id === "string") : undefined;
}

/** A few are put in their places one by one: not all that match need be in order. */
function firstOf(rows: AnyRow[], { compare }: CompiledQuery, most: number): AnyRow[] {
  if (most > MANY) return rows.sort(compare).slice(0, most);
  const first: AnyRow[] = [];
  for (const after of rows) {
    const last = first[most - 1];
    if (last !== undefined && compare(after, last) > 0) continue;
    replaceIn(first, compare, { after });
    first.length = Math.min(first.length, most);
  }
  return first;
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
