// A collection as it is shown: by the indexes of the store, or, once a query needs it, with all rows in memory.

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
import {
  createRowSet,
  MANY,
  type RowChange,
  type RowSet,
  type Selection,
} from "../query/row-set.ts";
import type { TextSearch } from "../query/text-search.ts";
import type { Changed, Window } from "../query/window.ts";
import { createSearches, type Windowed } from "./searches.ts";
import { createStoredRows, type StoredRowsOptions } from "./stored-rows.ts";

export interface TableOptions {
  /** The fields of each index. */
  readonly indexes: readonly (readonly string[])[];
  /** What searches its texts. */
  readonly texts: TextSearch | undefined;
  /** The server's records behind an id, in the order of their ids, a piece of them; none: that was all. */
  scan: StoredRowsOptions["scan"];
  /** The server's records in a range of an index of the store; null: there is no such index yet. */
  range: StoredRowsOptions["range"];
  /** The ids of what is pending. */
  pending(): readonly string[];
  isPending(id: string): boolean;
  /** Whether no other tab has changed what nobody here knows of yet. */
  isCurrent(): Promise<boolean>;
  /** Rows as they are now, in the order of the ids. Runs in turn. */
  views(ids: readonly string[]): Promise<readonly (AnyRow | undefined)[]>;
  /** Waits for a turn. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Told when reading for a live query fails, or a listener throws. */
  onError(thrown: unknown): void;
}

export interface Table {
  /**
   * The first rows of a query: by an index of the store, or out of memory. It reads while others write, and takes its
   * turn only at the end.
   * @param isLimited no more are needed than its limit
   * @param use runs in that turn
   */
  select<Result>(
    query: Query<unknown>,
    isLimited: boolean,
    use: (found: Found, query: CompiledQuery) => Promise<Result>,
  ): Promise<Result>;
  /** Reads all rows while others write; `rows` has them then. */
  load(): Promise<unknown>;
  /** Waits for what is read at the moment for live queries. */
  settled(): Promise<unknown>;
  /** All rows. Runs in turn, and holds until its end. */
  rows(): Promise<RowSet>;
  /** All rows, if they are in memory. */
  peek(): RowSet | undefined;
  /** Another one whenever rows have changed. */
  revision(): number;
  onError(thrown: unknown): void;
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
  prepare(ids: readonly string[] | null): Promise<() => void>;
  /** Tells the live queries, of which each looks whether it shows something else now. */
  tell(): void;
  /** What is in memory may not hold any more: it is read anew, at once for those who watch. */
  forget(): Promise<void>;
}

/** What a query found, and where. */
export interface Found extends Selection {
  readonly from: "store" | "memory";
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

/** What shows a part, while the rows are not all in memory. */
interface Part extends Windowed, Watcher {
  readonly query: CompiledQuery;
}

/** All rows. */
const ALL = { query: compileQuery({}), most: Number.POSITIVE_INFINITY };
const NOTHING = () => undefined;
/** Rows that are kept for who reads them again one by one. */
const MAX_RECENT = 1_000;
/** Rows that are kept behind those that are shown, to move up when some of these leave. */
const SPARE = 50;

export function createTable(options: TableOptions): Table {
  let loaded: RowSet | undefined;
  /** While the collection is not loaded: rows that were read, so that they stay the same objects. */
  const recent = new Map<string, AnyRow>();
  let forgotten: RowSet | undefined;
  const watchers = new Set<Watcher>();
  /** All rows are being read. */
  let loading: Promise<unknown> | undefined;
  /** Another one whenever rows have changed. */
  let revision = 0;
  const stored = createStoredRows({ ...options, keepSame: remember, views });
  const searches = createSearches<Part>({
    ...options,
    stored,
    changes() {
      revision += 1;
    },
    onUnfound: (watcher) => void watch(watcher),
  });

  /** The rows of ids; each that says the same as before is the same object. */
  async function views(ids: readonly string[]): Promise<Changed> {
    const rows = ids.length === 0 ? [] : await options.views(ids);
    return new Map(ids.map((id, i) => [id, remember(id, rows[i])]));
  }

  /** While the collection is not loaded, rows that were read are kept for a while. */
  function remember(id: string, fresh: AnyRow | undefined): AnyRow | undefined {
    const row = keepSame(id, fresh);
    if (loaded !== undefined) return row;
    recent.delete(id);
    if (row !== undefined) recent.set(id, row);
    const [oldest] = recent.keys();
    if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
    return row;
  }

  /** Makes these the current rows. Runs in turn. */
  async function showAll(all: readonly AnyRow[]): Promise<void> {
    revision += 1;
    loading = undefined;
    const empty = createRowSet();
    loaded = options.texts?.over(empty) ?? empty;
    loaded.change(all.map((after) => ({ after })));
    forgotten = undefined;
    recent.clear();
    stored.change(null);
    // All is in memory now, for those too that showed a part.
    for (const watcher of searches.windows) {
      searches.unwatch(watcher);
      watchers.add(watcher);
    }
    for (const watcher of watchers) watcher.renew();
    tellAll();
  }

  async function rows(): Promise<RowSet> {
    if (loaded !== undefined) return loaded;
    await searches.search(ALL, { inTurn: (work) => work(), use: (found) => showAll(found.rows) });
    return rows();
  }

  /** A row that says the same stays the same object: whoever shows it need not show it anew. */
  function keepSame(id: string, fresh: AnyRow | undefined): AnyRow | undefined {
    const before = (loaded ?? forgotten)?.get(id) ?? recent.get(id);
    return sameRow(before, fresh) ? before : fresh;
  }

  /** Only at its end it takes a turn: whoever writes meanwhile does not wait for it. */
  async function load(): Promise<void> {
    if (loaded !== undefined) return;
    const { inTurn } = options;
    loading ??= searches.search(ALL, { inTurn, use: ({ rows }) => showAll(rows) });
    const own = loading;
    try {
      await own;
    } finally {
      if (loading === own) loading = undefined;
    }
  }

  /** Reads for those who watch. */
  function loadShown(): void {
    if (watchers.size > 0 && loading === undefined) load().catch(options.onError);
  }

  /** What is shown stays until all is read anew. */
  function renewAll(): void {
    forgotten = loaded ?? forgotten;
    loaded = undefined;
    loadShown();
  }

  function prepareSome(held: RowSet, rows: Changed): () => void {
    const changes: RowChange[] = [];
    for (const [id, after] of rows) {
      const before = held.get(id);
      if (!sameRow(before, after)) changes.push({ before, after });
    }
    if (changes.length === 0) return NOTHING;
    return () => {
      revision += 1;
      held.change(changes);
      for (const watcher of watchers) watcher.change(changes);
    };
  }

  function tellAll(): void {
    for (const watcher of [...watchers, ...searches.windows]) watcher.tell();
  }

  function watch(watcher: Watcher): () => void {
    watchers.add(watcher);
    loadShown();
    return () => void watchers.delete(watcher);
  }

  /**
   * What a query shows, as an observable of one thing or another about its rows.
   * @param most rows that are kept where the store finds them
   */
  function observe<Value>(
    query: CompiledQuery,
    most: number,
    initial: Value,
    show: (rows: LiveRows, before: Value) => Value,
  ): Observable<Value> {
    let result: LiveRows | undefined;
    let held: Window | undefined;
    /** The revision of which the value is. */
    let shown = -1;
    const renew = () => {
      held = undefined;
      result = loaded && createLiveRows(query, loaded.select(query).rows);
    };
    const showWindow = (next: Window) => {
      held = next;
      result = createLiveRows(query, [...next.rows]);
    };
    return createDerived({
      initial,
      onError: options.onError,
      start(update) {
        const watcher: Part = {
          query,
          renew,
          change(changes) {
            if (changes.length > MANY) renew();
            else for (const change of changes) result?.change(change);
          },
          tell: update,
          most,
          get held() {
            return held;
          },
          show: showWindow,
        };
        if (loaded === undefined && stored.serves(query, most)) searches.watch(watcher);
        else watch(watcher);
        if (shown !== revision) renew();
        update();
        return () => {
          searches.unwatch(watcher);
          watchers.delete(watcher);
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

  const compile = (query: Query<unknown>) => compileQuery(query, "", options.texts);

  return {
    rows,
    peek: () => loaded,
    revision: () => revision,
    onError: options.onError,
    async row(id) {
      return loaded === undefined ? (await views([id])).get(id) : loaded.get(id);
    },
    async select(wanted, isLimited, use) {
      const query = compile(wanted);
      const most = isLimited ? query.to : Number.POSITIVE_INFINITY;
      if (loaded === undefined && stored.serves(query, most)) {
        const found = await searches.search(
          { query, most },
          { inTurn: options.inTurn, use: (found) => use({ ...found, from: "store" }, query) },
        );
        if (found !== undefined) return found.result;
      }
      await load();
      return await options.inTurn(async () =>
        use({ ...(await rows()).select(query, most), from: "memory" }, query),
      );
    },
    load,
    settled: () => Promise.allSettled([searches.filled(), loading]),
    async prepare(ids) {
      searches.touch(ids);
      const isWanted = loaded !== undefined || searches.windows.size > 0 || stored.holds();
      const changed = ids && (isWanted ? await views([...new Set(ids)]) : new Map());
      stored.change(changed);
      if (loaded !== undefined) return changed ? prepareSome(loaded, changed) : renewAll;
      // Perhaps it failed the last time.
      loadShown();
      return await searches.prepare(changed);
    },
    async forget() {
      searches.touch(null);
      stored.change(null);
      renewAll();
      (await searches.prepare(null))();
    },
    tell: tellAll,
    live(query) {
      const compiled = compile(query);
      const most = compiled.to + SPARE;
      return observe<LiveResult<unknown>>(compiled, most, NOT_READY, (result, before) =>
        showRows(before, result.shown()),
      );
    },
    liveCount: (query) =>
      observe(compile(query), Number.POSITIVE_INFINITY, 0, ({ count }) => count),
    watch,
  };
}

function sameRow(a: AnyRow | undefined, b: AnyRow | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
