// A collection in memory: loaded when it is first asked for, and from then on changed record by record.

import { type AnyRow, type CompiledQuery, compileQuery } from "../query/compile.ts";
import {
  createLiveRows,
  type LiveResult,
  type LiveRows,
  NOT_READY,
  showRows,
} from "../query/live-rows.ts";
import { createDerived, type Observable } from "../query/observable.ts";
import type { Query } from "../query/query.ts";
import { MANY, type RowChange } from "../query/row-index.ts";
import { createRowSet, type RowSet } from "../query/row-set.ts";

export interface TableOptions {
  /** The fields of each index. */
  readonly indexes: readonly (readonly string[])[];
  /** All rows, piece by piece, but for those that are pending or written while it reads. Takes no turn. */
  read(take: (piece: readonly AnyRow[]) => void): Promise<void>;
  /** The ids of what is pending. */
  pending(): readonly string[];
  /** Rows by their ids, in that order. Runs in turn. */
  views(ids: readonly string[]): Promise<readonly (AnyRow | undefined)[]>;
  /** Waits for a turn. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Told when reading for a live query fails, or a listener throws. */
  onError(thrown: unknown): void;
}

export interface Table {
  /** All rows. Runs in turn, and holds until its end. */
  rows(): Promise<RowSet>;
  /** All rows, if they are in memory. */
  peek(): RowSet | undefined;
  /** One row; the same object while nothing about it changed. Runs in turn. */
  row(id: string): Promise<AnyRow | undefined>;
  live(query: Query<unknown>): Observable<LiveResult<unknown>>;
  /** How many records match, whatever the query's limit. */
  liveCount(query: Query<unknown>): Observable<number>;
  /** Keeps a watcher up to date; the rows are loaded for it. Gives the function that ends it. */
  watch(watcher: Watcher): () => void;
  /**
   * Reads what changed; null: everything may have. Runs in turn. Nothing is to be seen of it until the
   * function that it gives is called, so that several collections can change at once.
   */
  prepare(ids: readonly string[] | null): Promise<Change>;
  /** What is in memory may not hold any more: it is read anew, at once for those who watch. */
  forget(): void;
}

/** A prepared change. */
export interface Change {
  /** Makes the rows the current ones. */
  apply(): void;
  /** Tells the live queries that it concerns. */
  notify(): void;
}

/** What is kept up to date for somebody. */
export interface Watcher {
  /** What it shows, where that is one query's rows. */
  readonly query?: CompiledQuery;
  /** Everything may have changed. */
  renew(): void;
  /** Some rows have changed. Nothing is told yet. */
  change(changes: readonly RowChange[]): void;
  tell(): void;
}

const NOTHING: Change = { apply: () => undefined, notify: () => undefined };
/** Rows that are kept for who reads them again one by one. */
const MAX_RECENT = 1_000;

export function createTable(options: TableOptions): Table {
  let loaded: RowSet | undefined;
  /** While the collection is not loaded: rows that were read, so that they stay the same objects. */
  const recent = new Map<string, AnyRow>();
  let forgotten: RowSet | undefined;
  const watchers = new Set<Watcher>();
  let reading: Reading | undefined;
  /** Another one whenever rows have changed. */
  let revision = 0;

  /** Reads everything; the rows are the current ones once it is applied. Runs in turn. */
  async function prepareAll(): Promise<Change> {
    const own = reading?.isStale === false ? reading : begin();
    const fresh = await own.rows;
    const put = (id: string, row: AnyRow | undefined) =>
      fresh.change([{ before: fresh.get(id), after: keepSame(id, row) }]);
    for (const id of recent.keys()) put(id, fresh.get(id));
    const changed = [...options.pending(), ...own.touched];
    for (const [place, row] of (await options.views(changed)).entries())
      put(changed[place] ?? "", row);
    if (reading === own) reading = undefined;
    return {
      apply() {
        revision += 1;
        loaded = fresh;
        forgotten = undefined;
        recent.clear();
        for (const watcher of watchers) watcher.renew();
      },
      notify: tellAll,
    };
  }

  async function rows(): Promise<RowSet> {
    if (loaded !== undefined) return loaded;
    const { apply, notify } = await prepareAll();
    apply();
    notify();
    return rows();
  }

  function begin(): Reading {
    const fresh = createRowSet(options.indexes);
    // The indexes that they use grow with each piece, instead of all at once.
    for (const { query } of watchers) if (query) fresh.select(query);
    const take = (piece: readonly AnyRow[]) =>
      fresh.change(piece.map((row) => ({ after: keepSame(row.id, row) })));
    const rows = options.read(take).then(() => fresh);
    return { rows, touched: new Set(), isStale: false };
  }

  /** A row that says the same stays the same object: whoever shows it need not show it anew. */
  function keepSame(id: string, fresh: AnyRow | undefined): AnyRow | undefined {
    const before = (loaded ?? forgotten)?.get(id) ?? recent.get(id);
    return sameRow(before, fresh) ? before : fresh;
  }

  /** Reads for those who watch. Only at its end it takes a turn: whoever writes meanwhile does not wait for it. */
  function load(): void {
    if (reading !== undefined) return;
    const own = begin();
    reading = own;
    void own.rows
      .then(() => options.inTurn(rows))
      .catch(options.onError)
      .finally(() => {
        if (reading === own) reading = undefined;
      });
  }

  async function prepareSome(held: RowSet, ids: readonly string[]): Promise<Change> {
    const changes: RowChange[] = [];
    const asked = [...new Set(ids)];
    for (const [place, after] of (await options.views(asked)).entries()) {
      const before = held.get(asked[place] ?? "");
      if (!sameRow(before, after)) changes.push({ before, after });
    }
    if (changes.length === 0) return NOTHING;
    return {
      apply() {
        revision += 1;
        held.change(changes);
        for (const watcher of watchers) watcher.change(changes);
      },
      notify: tellAll,
    };
  }

  function tellAll(): void {
    for (const watcher of [...watchers]) watcher.tell();
  }

  function watch(watcher: Watcher): () => void {
    watchers.add(watcher);
    if (loaded === undefined) load();
    return () => void watchers.delete(watcher);
  }

  /** What a query shows, as an observable of one thing or another about its rows. */
  function observe<Value>(
    query: CompiledQuery,
    initial: Value,
    show: (rows: LiveRows, before: Value) => Value,
  ): Observable<Value> {
    let result: LiveRows | undefined;
    /** The revision of which the value is. */
    let shown = -1;
    const renew = () => {
      result = loaded && createLiveRows(query, loaded.select(query).rows);
    };
    return createDerived({
      initial,
      onError: options.onError,
      start(update) {
        const stop = watch({
          query,
          renew,
          change(changes) {
            if (changes.length > MANY) renew();
            else for (const change of changes) result?.change(change);
          },
          tell: update,
        });
        if (shown !== revision) renew();
        update();
        return () => {
          stop();
          shown = -1;
        };
      },
      read(before, kept) {
        if (!kept) {
          // Whoever renders reads again and again before subscribing.
          if (shown === revision) return before;
          renew();
        }
        shown = revision;
        return result ? show(result, before) : before;
      },
    });
  }

  return {
    rows,
    peek: () => loaded,
    async row(id) {
      if (loaded !== undefined) return loaded.get(id);
      const [fresh] = await options.views([id]);
      const row = keepSame(id, fresh);
      recent.delete(id);
      if (row !== undefined) recent.set(id, row);
      const [oldest] = recent.keys();
      if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
      return row;
    },
    async prepare(ids) {
      if (loaded !== undefined && ids !== null) return prepareSome(loaded, ids);
      if (reading !== undefined) {
        // What is being read may be without it.
        if (ids === null) reading.isStale = true;
        else for (const id of ids) reading.touched.add(id);
        return NOTHING;
      }
      return loaded === undefined && watchers.size === 0 ? NOTHING : prepareAll();
    },
    forget() {
      forgotten = loaded ?? forgotten;
      loaded = undefined;
      if (reading !== undefined) reading.isStale = true;
      else if (watchers.size > 0) load();
    },
    live: (query) =>
      observe<LiveResult<unknown>>(compileQuery(query), NOT_READY, (result, before) =>
        showRows(before, result.shown()),
      ),
    liveCount: (query) => observe(compileQuery(query), 0, ({ count }) => count),
    watch,
  };
}

/** Rows that are being read, and what happens to them meanwhile. */
interface Reading {
  readonly rows: Promise<RowSet>;
  readonly touched: Set<string>;
  /** Anything may have changed: it is of no use. */
  isStale: boolean;
}

function sameRow(a: AnyRow | undefined, b: AnyRow | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
