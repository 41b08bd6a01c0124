// Rows that the store finds by its indexes, with what is pending among them: no more is read than is asked for.

import type { WireRecord } from "@syncline/core";
import type { AnyRow, CompiledQuery } from "../query/compile.ts";
import { bestPlan, type Plan } from "../query/plan.ts";
import { createRowSet, idsOf, type RowSet, type Selection } from "../query/row-set.ts";
import type { Changed, Window } from "../query/window.ts";
import { indexKey, recordKey } from "../store/index-key.ts";
import type { IndexRange } from "../store/port.ts";
import { rowOfWire } from "./view.ts";

export interface StoredRowsOptions {
  /** The fields of each index. */
  readonly indexes: readonly (readonly string[])[];
  /** The server's records in a range of an index; null: there is no such index yet. */
  range(range: IndexRange): Promise<readonly WireRecord[] | null>;
  /** The server's records behind an id, in the order of their ids, a piece of them; none: that was all. */
  scan(after: string): Promise<readonly WireRecord[]>;
  /** The ids of what is pending. */
  pending(): readonly string[];
  isPending(id: string): boolean;
  /** Whether no other tab has changed what nobody here knows of yet. */
  isCurrent(): Promise<boolean>;
  /** Rows as they are now. */
  views(ids: readonly string[]): Promise<Changed>;
  /** The object that is known for a row which says the same. */
  keepSame(id: string, row: AnyRow | undefined): AnyRow | undefined;
}

export interface StoredRows {
  /** Whether the store can find them without reading everything. */
  serves(query: CompiledQuery, most: number): boolean;
  /**
   * Looks for the first rows of a query that it serves.
   * @param most no more are needed
   */
  search(query: CompiledQuery, most: number): Search;
  /** Takes up what changed; null: anything may have. */
  change(rows: Changed | null): void;
  /** Whether it wants to know of changes. */
  holds(): boolean;
}

/**
 * A search that is read piece by piece while others write. It is right at its end: whatever changed meanwhile is
 * looked at once more.
 */
export interface Search {
  /** Reads on until there may be enough. Takes no turn. False: the index is not built. */
  read(): Promise<boolean>;
  /** What the query shows now; undefined: more has to be read. Runs in turn. */
  finish(): Promise<Found | undefined>;
  /** Says what changes while it is read; null: anything may have. */
  touch(ids: readonly string[] | null): void;
}

type Found = Selection & Window;

/** Rows that are looked at. */
interface Source {
  /** The fields by which they are found; null: all are looked at. */
  readonly index: readonly string[] | null;
  /** Whether they come in the query's order. */
  readonly ordered: boolean;
  /** Null: the index is not built. */
  pieces(): AsyncGenerator<readonly AnyRow[] | null>;
}

/** Records that are read at once, at least and at most. */
const [FEW, PIECE] = [64, 1_000];
/** So often it is read anew because of other tabs; then what they have changed is shown once they say so. */
const MAX_TORN = 3;

export function createStoredRows(options: StoredRowsOptions): StoredRows {
  const { indexes, range } = options;
  /** What is pending, as it is shown: the store's indexes say what the server has sent. */
  let own: { readonly ids: Set<string>; readonly rows: RowSet } | undefined;

  /** @param most no more are needed of rows that come in the query's order */
  function sourceOf(query: CompiledQuery, most: number): Source {
    const ids = idsOf(query);
    if (ids !== undefined) {
      return { index: ["id"], ordered: false, pieces: () => byIds(ids) };
    }
    // Words are found in memory.
    const plan = query.score ? undefined : bestPlan(indexes, query);
    if (!(plan?.selects || (plan?.ordered && Number.isFinite(most))))
      return { index: null, ordered: false, pieces: byScan };
    const first = plan.ordered ? Math.min(Math.max(most + 1, FEW), PIECE) : PIECE;
    return { index: plan.fields, ordered: plan.ordered, pieces: () => byIndex(plan, first) };
  }

  async function* byIds(ids: readonly string[]) {
    for (let from = 0; from < ids.length; from += PIECE) {
      const views = await options.views(ids.slice(from, from + PIECE));
      yield [...views.values()].filter((row) => row !== undefined);
    }
  }

  async function* byScan() {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const piece = await options.scan(after);
      yield piece.flatMap((record) => rowOfWire(record) ?? []);
      after = piece.at(-1)?.id;
    }
  }

  async function* byIndex({ fields, ranges, down }: Plan, first: number) {
    for (const [low, high] of ranges) {
      const ends = { fields, low: indexKey(low), high: indexKey(high), down };
      let after: IndexRange["after"];
      for (let limit = first; ; limit = PIECE) {
        const piece = await range({ ...ends, after, limit });
        if (piece === null) {
          yield null;
          return;
        }
        yield piece.flatMap((record) => rowOfWire(record) ?? []);
        const last = piece.at(-1);
        if (last === undefined || piece.length < limit) break;
        after = { key: recordKey(last, fields), id: last.id };
      }
    }
  }

  async function readOwn() {
    const rows = createRowSet();
    const views = await options.views(options.pending());
    rows.change([...views.values()].map((after) => ({ after })));
    return { ids: new Set(views.keys()), rows };
  }

  function search(query: CompiledQuery, most: number): Search {
    const source = sourceOf(query, most);
    const touched = new Set<string>();
    /** What is pending at the beginning; what is so later is touched. */
    let waiting = new Set(options.pending());
    let isStale = false;
    let torn = 0;
    let pieces = source.pieces();
    /** How many were read, and the one that is, from a place on. */
    let count = 0;
    let piece: readonly AnyRow[] = [];
    let at = 0;
    /** The last one that was looked at. */
    let last: AnyRow | undefined;
    let ended = false;
    let scanned = 0;
    let matching: AnyRow[] = [];

    function again(): void {
      pieces = source.pieces();
      waiting = new Set(options.pending());
      count = at = scanned = 0;
      piece = matching = [];
      ended = isStale = false;
      touched.clear();
    }

    /** What is pending or changed is looked at in the end. */
    const isLeft = ({ id }: AnyRow) => touched.has(id) || waiting.has(id);

    /** Looks at what was read; true: there is enough without the rest. */
    function look(): boolean {
      for (; at < piece.length; at++) {
        if (source.ordered && matching.length >= most) return true;
        const row = piece[at];
        last = row;
        if (row === undefined || isLeft(row)) continue;
        scanned += 1;
        if (query.test(row)) matching.push(row);
      }
      return false;
    }

    return {
      async read() {
        while (!isStale && !look() && !ended) {
          const next = await pieces.next();
          if (next.value === null) return false;
          count += 1;
          ended = next.done === true;
          if (next.value) [piece, at] = [next.value, 0];
        }
        return true;
      },
      async finish() {
        // One piece is what the store had at one time. Several may be of different times, and what this tab has changed
        // between them was touched, but not what another one has.
        const isTorn = count > 2 && torn < MAX_TORN && !(await options.isCurrent());
        if (isTorn) torn += 1;
        if (isStale || isTorn) {
          again();
          return undefined;
        }
        own ??= await readOwn();
        matching = matching.filter((row) => !isLeft(row));
        const isPart = !ended || at < piece.length;
        const rows = new Map(matching.map((row) => [row.id, row]));
        const mine = own.rows.select(query, most);
        const changed = await options.views([...touched].filter((id) => !options.isPending(id)));
        // Behind the last one that was looked at, nobody knows what else there is.
        const isBefore = (row: AnyRow) => !isPart || (last && query.compare(row, last) < 0);
        for (const row of [...changed.values(), ...mine.rows])
          if (row && query.test(row) && isBefore(row)) rows.set(row.id, row);
        if (isPart && rows.size < Math.min(most, query.to)) return undefined;
        const sorted = [...rows.values()].sort(query.compare);
        return {
          index: source.index,
          scanned: scanned + mine.scanned,
          complete: !isPart && sorted.length <= most,
          rows: sorted.slice(0, most).map((row) => options.keepSame(row.id, row) ?? row),
        };
      },
      touch(ids) {
        if (ids === null) isStale = true;
        else for (const id of ids) touched.add(id);
      },
    };
  }

  return {
    serves: (query, most) => sourceOf(query, most).index !== null,
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
    search,
  };
}
