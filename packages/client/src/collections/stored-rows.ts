// Rows that the store finds by its indexes, with what is pending among them: no more is read than is asked for.

import type { WireRecord } from "@syncline/core";
import type { AnyRow, CompiledQuery } from "../query/compile.ts";
import { bestPlan, type Plan } from "../query/plan.ts";
import { createRowSet, type RowSet, type Selection } from "../query/row-set.ts";
import type { Changed, Window } from "../query/window.ts";
import { indexKey, recordKey } from "../store/index-key.ts";
import type { IndexRange } from "../store/port.ts";
import { rowOfWire } from "./view.ts";

export interface StoredRowsOptions {
  /** The fields of each index. */
  readonly indexes: readonly (readonly string[])[];
  /** The server's records in a range of an index; null: there is no such index yet. */
  range(range: IndexRange): Promise<readonly WireRecord[] | null>;
  /** The ids of what is pending. */
  pending(): readonly string[];
  isPending(id: string): boolean;
  /** Rows as they are now. */
  views(ids: readonly string[]): Promise<Changed>;
  /** The object that is known for a row which says the same. */
  keepSame(id: string, row: AnyRow | undefined): AnyRow | undefined;
}

export interface StoredRows {
  /** Whether the store can find them without reading everything. */
  serves(query: CompiledQuery, most: number): boolean;
  /**
   * The first rows of a query that it serves; undefined: the index is not built. Runs in turn.
   * @param most no more are needed
   */
  select(query: CompiledQuery, most: number): Promise<(Selection & Window) | undefined>;
  /** Takes up what changed; null: anything may have. */
  change(rows: Changed | null): void;
  /** Whether it wants to know of changes. */
  holds(): boolean;
}

/** Records that are read at once, at least and at most. */
const [FEW, PIECE] = [64, 1_000];

export function createStoredRows(options: StoredRowsOptions): StoredRows {
  const { indexes, range } = options;
  /** What is pending, as it is shown: the store's indexes say what the server has sent. */
  let own: { readonly ids: Set<string>; readonly rows: RowSet } | undefined;

  const idsOf = ({ where }: CompiledQuery) => {
    const ids = where.get("id")?.["in"];
    return Array.isArray(ids)
      ? ids.filter((id): id is string => typeof id === "string")
      : undefined;
  };

  /** @param most no more are needed of rows that come in the query's order */
  function planFor(query: CompiledQuery, most: number): Plan | undefined {
    const plan = bestPlan(indexes, query);
    const isWorth = plan?.selects === true || (plan?.ordered === true && Number.isFinite(most));
    return isWorth ? plan : undefined;
  }

  /** The rows of a plan that nothing is pending for. */
  async function* read({ fields, ranges, down }: Plan, first: number) {
    for (const [low, high] of ranges) {
      const ends = { fields, low: indexKey(low), high: indexKey(high), down };
      let after: IndexRange["after"];
      for (let limit = first; ; limit = PIECE) {
        const piece = await range({ ...ends, after, limit });
        if (piece === null) {
          yield null;
          return;
        }
        for (const record of piece)
          if (own?.ids.has(record.id) !== true)
            yield options.keepSame(record.id, rowOfWire(record)) ?? undefined;
        const last = piece.at(-1);
        if (last === undefined || piece.length < limit) break;
        after = { key: recordKey(last, fields), id: last.id };
      }
    }
  }

  async function readOwn() {
    const rows = createRowSet(indexes);
    const views = await options.views(options.pending());
    rows.change([...views.values()].map((after) => ({ after })));
    return { ids: new Set(views.keys()), rows };
  }

  function selection(
    query: CompiledQuery,
    rows: AnyRow[],
    rest: Pick<Selection, "index" | "scanned"> & {
      readonly isPart: boolean;
      readonly most: number;
    },
  ): Selection & Window {
    const { index, scanned, isPart, most } = rest;
    rows.sort(query.compare);
    const complete = !isPart && rows.length <= most;
    return { index, scanned, complete, rows: rows.slice(0, most) };
  }

  return {
    serves: (query, most) => idsOf(query) !== undefined || planFor(query, most) !== undefined,
    holds: () => own !== undefined,
    change(rows) {
      if (rows === null) own = undefined;
      if (rows === null || own === undefined) return;
      const held = own;
      const changes = [...rows].map(([id, row]) => {
        const isPending = options.isPending(id);
        if (isPending) held.ids.add(id);
        else held.ids.delete(id);
        return { before: held.rows.get(id), after: isPending ? row : undefined };
      });
      held.rows.change(changes);
    },
    async select(query, most) {
      const ids = idsOf(query);
      if (ids !== undefined) {
        const found = await options.views([...new Set(ids)]);
        const rows = [...found.values()].filter((row) => row !== undefined && query.test(row));
        const scanned = [...found.values()].filter((row) => row !== undefined).length;
        return selection(query, rows as AnyRow[], { index: ["id"], scanned, isPart: false, most }); // just filtered
      }
      const plan = planFor(query, most);
      if (plan === undefined) return undefined;
      own ??= await readOwn();
      const rows: AnyRow[] = [];
      let scanned = 0;
      let isPart = false;
      const first = plan.ordered ? Math.min(Math.max(most + 1, FEW), PIECE) : PIECE;
      for await (const row of read(plan, first)) {
        if (row === null) return undefined;
        if (plan.ordered && rows.length >= most) {
          isPart = true;
          break;
        }
        scanned += 1;
        if (row !== undefined && query.test(row)) rows.push(row);
      }
      const mine = own.rows.select(query, most);
      rows.push(...mine.rows);
      scanned += mine.scanned;
      return selection(query, rows, { index: plan.fields, scanned, isPart, most });
    },
  };
}
