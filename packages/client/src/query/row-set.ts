// The rows of a collection in memory, with the indexes that its definition declares.

import type { AnyRow, CompiledQuery } from "./compile.ts";
import { bestPlan } from "./plan.ts";
import { createIndex, type RowChange } from "./row-index.ts";

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
  get(id: string): AnyRow | undefined;
  change(changes: readonly RowChange[]): void;
  /** @param most no more are needed: an index in the query's order stops there */
  select(query: CompiledQuery, most?: number): Selection;
}

export function createRowSet(declared: readonly (readonly string[])[]): RowSet {
  const byId = new Map<string, AnyRow>();
  const indexes = declared.map((fields) => createIndex(fields, () => byId.values()));

  function planOf(query: CompiledQuery) {
    const ids = query.where.get("id")?.["in"];
    if (Array.isArray(ids)) {
      const rows = [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
      return { index: ["id"], ordered: false, rows: () => rows };
    }
    const plan = bestPlan(declared, query);
    const index = indexes.find(({ fields }) => fields === plan?.fields);
    return plan === undefined || index === undefined
      ? { index: null, ordered: false, rows: () => byId.values() }
      : { index: index.fields, ordered: plan.ordered, rows: () => index.rows(plan) };
  }

  return {
    get: (id) => byId.get(id),
    change(changes) {
      for (const { before, after } of changes) {
        if (after !== undefined) byId.set(after.id, after);
        else if (before !== undefined) byId.delete(before.id);
      }
      for (const index of indexes) index.change(changes);
    },
    select(query, most = Number.POSITIVE_INFINITY) {
      const plan = planOf(query);
      const rows: AnyRow[] = [];
      let scanned = 0;
      for (const row of plan.rows()) {
        if (plan.ordered && rows.length >= most) break;
        scanned += 1;
        if (query.test(row)) rows.push(row);
      }
      if (!plan.ordered) rows.sort(query.compare);
      return { rows, index: plan.index, scanned };
    },
  };
}
