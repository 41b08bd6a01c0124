// The first rows of a query, kept up to date by what changes, as long as they suffice.

import type { AnyRow, CompiledQuery } from "./compile.ts";

export interface Window {
  /** Those that match and come first in the query's order. */
  readonly rows: readonly AnyRow[];
  /** Whether these are all that match. */
  readonly complete: boolean;
}

/** Rows by id as they are now; undefined: there is none any more. */
export type Changed = ReadonlyMap<string, AnyRow | undefined>;

/**
 * The window after a change; the same one where nothing of it changed.
 * @param most rows that are kept
 * @returns undefined when those that follow have to be read
 */
export function changeWindow(
  query: CompiledQuery,
  held: Window,
  changed: Changed,
  most: number,
): Window | undefined {
  // Whatever is not held, and was not changed, comes behind this one.
  const last = held.rows.at(-1);
  const left = held.rows.filter((row) => !changed.has(row.id) || changed.get(row.id) === row);
  const kept = new Set(left);
  const added = [...changed.values()].filter(
    (row): row is AnyRow =>
      row !== undefined &&
      !kept.has(row) &&
      query.test(row) &&
      (held.complete || (last !== undefined && query.compare(row, last) < 0)),
  );
  if (added.length === 0 && left.length === held.rows.length) return held;
  if (!held.complete && left.length + added.length < query.to) return undefined;
  const rows = [...left, ...added].sort(query.compare);
  const complete = held.complete && rows.length <= most;
  return { rows: rows.slice(0, most), complete };
}
