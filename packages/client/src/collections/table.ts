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
  /** All rows, by id, but for those that are pending or written while it reads. Takes no turn. */
  read(): Promise<Map<string, AnyRow>>;
  /** The ids of what is pending. */
  pending(): readonly string[];
  /** One row. Runs in turn. */
  view(id: string): Promise<AnyRow | undefined>;
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
    const read = await own.rows;
    for (const id of [...options.pending(), ...own.touched]) {
      const row = await options.view(id);
      if (row === undefined) read.delete(id);
      else read.set(id, row);
    }
    if (reading === own) reading = undefined;
    const held = loaded ?? forgotten;
    const fresh = keepSame(read, held ?? recent, held === undefined ? recent.keys() : read.keys());
    return {
      apply() {
        revision += 1;
        loaded = createRowSet(fresh, options.indexes);
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
    return { rows: options.read(), touched: new Set(), isStale: false };
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
    for (const id of new Set(ids)) {
      const before = held.get(id);
      const after = await options.view(id);
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
          renew,
          change(changes) {
            if (changes.length > MANY) renew();
            else for (const change of changes) result?.change(change);
          },
          tell: update,
        });
        if (shown !== revision || result === undefined) renew();
        update();
        return () => {
          stop();
          result = undefined;
        };
      },
      read(before, kept) {
        // Whoever renders reads again and again before subscribing.
        if (!kept && shown === revision) return before;
        if (!kept) renew();
        shown = revision;
        return result === undefined ? before : show(result, before);
      },
    });
  }

  return {
    rows,
    peek: () => loaded,
    async row(id) {
      if (loaded !== undefined) return loaded.get(id);
      const [fresh, held] = [await options.view(id), recent.get(id)];
      const row = sameRow(held, fresh) ? held : fresh;
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
  readonly rows: Promise<Map<string, AnyRow>>;
  readonly touched: Set<string>;
  /** Anything may have changed: it is of no use. */
  isStale: boolean;
}

/** A row that says the same stays the same object: whoever shows it need not show it anew. */
function keepSame(
  fresh: Map<string, AnyRow>,
  held: Pick<RowSet, "get">,
  ids: Iterable<string>,
): Map<string, AnyRow> {
  for (const id of ids) {
    const before = held.get(id);
    if (before !== undefined && sameRow(before, fresh.get(id))) fresh.set(id, before);
  }
  return fresh;
}

function sameRow(a: AnyRow | undefined, b: AnyRow | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
