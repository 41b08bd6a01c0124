// A collection in memory: loaded when it is first asked for, and from then on changed record by record.

import { createSource, type Observable, type Source } from "../query/observable.ts";
import { checkQuery, matches, type Query, runQuery } from "../query/query.ts";
import type { Row } from "./definition.ts";

type AnyRow = Row<unknown>;

export interface TableOptions {
  /** All rows, by id. Runs in turn. */
  load(): Promise<Map<string, AnyRow>>;
  /** One row. Runs in turn. */
  view(id: string): Promise<AnyRow | undefined>;
  /** Waits for a turn. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Told when reading for a live query fails, or a listener throws. */
  onError(thrown: unknown): void;
}

/** What a live query shows. */
export interface LiveResult<Data> {
  /** False until the records were read from the device's database for the first time. */
  readonly ready: boolean;
  readonly rows: readonly Row<Data>[];
}

export interface Table {
  /** All rows. Runs in turn, and holds until its end. */
  rows(): Promise<ReadonlyMap<string, AnyRow>>;
  /** One row; the same object while nothing about it changed. Runs in turn. */
  row(id: string): Promise<AnyRow | undefined>;
  live(query: Query<unknown>): Observable<LiveResult<unknown>>;
  /**
   * Reads what changed; null: everything may have. Runs in turn. Nothing is to be seen of it until the
   * function that it gives is called, so that several collections can change at once.
   */
  prepare(ids: readonly string[] | null): Promise<Change>;
}

/** A prepared change. */
export interface Change {
  /** Makes the rows the current ones. */
  apply(): void;
  /** Tells the live queries that it concerns. */
  notify(): void;
}

interface LiveQuery {
  readonly query: Query<unknown>;
  readonly source: Source<LiveResult<unknown>>;
}

const NOT_READY: LiveResult<never> = Object.freeze({
  ready: false,
  rows: Object.freeze([]) as readonly never[],
});
const NOTHING: Change = { apply: () => undefined, notify: () => undefined };
/** Rows that are kept for who reads them again one by one. */
const MAX_RECENT = 1_000;

export function createTable(options: TableOptions): Table {
  let loaded: Map<string, AnyRow> | undefined;
  /** While the collection is not loaded: rows that were read. */
  const recent = new Map<string, AnyRow>();
  const queries = new Set<LiveQuery>();

  async function rows(): Promise<Map<string, AnyRow>> {
    loaded ??= keepSame(await options.load(), recent);
    recent.clear();
    return loaded;
  }

  function keepRecent(id: string, row: AnyRow): void {
    recent.delete(id);
    recent.set(id, row);
    const [oldest] = recent.keys();
    if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
  }

  function evaluate({ query, source }: LiveQuery): void {
    if (loaded === undefined) return;
    const next = runQuery(loaded.values(), query);
    const before = source.getSnapshot();
    const same =
      before.ready &&
      before.rows.length === next.length &&
      next.every((row, i) => row === before.rows[i]);
    if (!same) source.set(Object.freeze({ ready: true, rows: Object.freeze(next) }));
  }

  async function prepareAll(): Promise<Change> {
    const fresh = keepSame(await options.load(), loaded ?? recent);
    return {
      apply() {
        loaded = fresh;
      },
      notify() {
        for (const query of queries) evaluate(query);
      },
    };
  }

  async function prepareSome(held: Map<string, AnyRow>, ids: readonly string[]): Promise<Change> {
    const changed: { readonly id: string; readonly row: AnyRow | undefined }[] = [];
    const touched: AnyRow[] = [];
    for (const id of new Set(ids)) {
      const before = held.get(id);
      const row = await options.view(id);
      if (before === row || (before !== undefined && row !== undefined && sameRow(before, row)))
        continue;
      changed.push({ id, row });
      for (const one of [before, row]) if (one !== undefined) touched.push(one);
    }
    return {
      apply() {
        for (const { id, row } of changed) {
          if (row === undefined) held.delete(id);
          else held.set(id, row);
        }
      },
      notify() {
        for (const live of queries) {
          if (touched.some((row) => matches(row, live.query))) evaluate(live);
        }
      },
    };
  }

  return {
    rows,
    async row(id) {
      if (loaded !== undefined) return loaded.get(id);
      const row = await options.view(id);
      const held = recent.get(id);
      if (row === undefined) {
        recent.delete(id);
        return undefined;
      }
      const kept = held !== undefined && sameRow(held, row) ? held : row;
      keepRecent(id, kept);
      return kept;
    },
    async prepare(ids) {
      if (loaded === undefined) return NOTHING;
      try {
        return await (ids === null ? prepareAll() : prepareSome(loaded, ids));
      } catch (thrown) {
        // What is in memory does not hold any more: whoever asks next reads it anew.
        loaded = undefined;
        throw thrown;
      }
    },
    live(query) {
      checkQuery(query);
      const source = createSource<LiveResult<unknown>>(NOT_READY, options.onError);
      const live: LiveQuery = { query, source };
      let watched = 0;
      return {
        subscribe(listener) {
          watched += 1;
          queries.add(live);
          const stop = source.subscribe(listener);
          if (loaded === undefined)
            options
              .inTurn(async () => {
                await rows();
                evaluate(live);
              })
              .catch(options.onError);
          else evaluate(live);
          let stopped = false;
          return () => {
            if (stopped) return;
            stopped = true;
            stop();
            watched -= 1;
            if (watched === 0) queries.delete(live);
          };
        },
        getSnapshot: () => {
          // Nobody watches, so nobody keeps it up to date: it is evaluated when it is read.
          if (watched === 0) evaluate(live);
          return source.getSnapshot();
        },
      };
    },
  };
}

/** A row that says the same stays the same object: whoever shows it need not show it anew. */
function keepSame(
  fresh: Map<string, AnyRow>,
  held: ReadonlyMap<string, AnyRow>,
): Map<string, AnyRow> {
  if (held.size === 0) return fresh;
  for (const [id, row] of fresh) {
    const before = held.get(id);
    if (before !== undefined && sameRow(before, row)) fresh.set(id, before);
  }
  return fresh;
}

function sameRow(a: AnyRow, b: AnyRow): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
