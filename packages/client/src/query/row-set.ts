// The rows of a collection in memory, with the indexes that its definition declares.

import type { AnyRow, CompiledQuery } from "./compile.ts";
import { createIndex, type RowIndex } from "./row-index.ts";

/** What a query found, and how. */
export interface Selection {
  /** All that match, in the query's order; its offset and limit are not applied. */
  readonly rows: AnyRow[];
  /** The fields of the index that was used. */
  readonly index: readonly string[] | null;
  /** Rows that were looked at. */
  readonly scanned: number;
}

export interface RowSet {
  readonly size: number;
  get(id: string): AnyRow | undefined;
  values(): Iterable<AnyRow>;
  set(row: AnyRow): void;
  delete(id: string): void;
  select(query: CompiledQuery): Selection;
}

export function createRowSet(
  byId: Map<string, AnyRow>,
  declared: readonly (readonly string[])[],
): RowSet {
  // Made when a query first has a use for them.
  let indexes: readonly RowIndex[] | undefined;
  const all = () => {
    indexes ??= declared.map((fields) => createIndex(fields, byId.values()));
    return indexes;
  };

  function remove(id: string): void {
    const held = byId.get(id);
    if (held === undefined) return;
    byId.delete(id);
    for (const index of indexes ?? []) index.remove(held);
  }

  return {
    get size() {
      return byId.size;
    },
    get: (id) => byId.get(id),
    values: () => byId.values(),
    set(row) {
      remove(row.id);
      byId.set(row.id, row);
      for (const index of indexes ?? []) index.add(row);
    },
    delete: remove,
    select(query) {
      const id = query.where.get("id");
      const plans = all().flatMap((index) => {
        const plan = index.plan(query);
        return plan === undefined ? [] : [{ ...plan, index: index.fields }];
      });
      const best = plans.reduce<(typeof plans)[number] | undefined>(
        (held, plan) => (held === undefined || plan.worth > held.worth ? plan : held),
        undefined,
      );
      const one = typeof id === "string" ? byId.get(id) : undefined;
      const candidates =
        typeof id === "string" ? (one === undefined ? [] : [one]) : (best?.rows() ?? byId.values());
      const rows: AnyRow[] = [];
      let scanned = 0;
      for (const row of candidates) {
        scanned += 1;
        if (query.test(row)) rows.push(row);
      }
      if (best?.ordered !== true || typeof id === "string") rows.sort(query.compare);
      return { rows, index: typeof id === "string" ? ["id"] : (best?.index ?? null), scanned };
    },
  };
}
