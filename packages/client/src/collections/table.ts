// A collection in memory: loaded when it is first asked for, and from then on changed record by record.

import { type AnyRow, type CompiledQuery, compileQuery } from "../query/compile.ts";
import { createLiveRows, type LiveRows } from "../query/live-rows.ts";
import { createSource, type Observable, type Source } from "../query/observable.ts";
import type { Query } from "../query/query.ts";
import { createRowSet, type RowSet, type Selection } from "../query/row-set.ts";
import type { Row } from "./definition.ts";

export interface TableOptions {
  /** The fields of each index. */
  readonly indexes: readonly (readonly string[])[];
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
  rows(): Promise<RowSet>;
  /** All rows, if they are in memory. */
  peek(): RowSet | undefined;
  /** One row; the same object while nothing about it changed. Runs in turn. */
  row(id: string): Promise<AnyRow | undefined>;
  /** The rows that a query asks for, and how they were found. Runs in turn. */
  select(query: Query<unknown>): Promise<Selection>;
  live(query: Query<unknown>): Observable<LiveResult<unknown>>;
  /** How many records match, whatever the query's limit. */
  liveCount(query: Query<unknown>): Observable<number>;
  /** Told after each change of any row; the rows are loaded for it. Gives the function that ends it. */
  watch(listener: () => void): () => void;
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

/** What is kept up to date for somebody. */
interface Watcher {
  /** Everything may have changed. */
  renew(): void;
  /** Some rows have changed. Nothing is told yet. */
  change(changes: readonly RowChange[]): void;
  tell(): void;
}

interface RowChange {
  readonly before: AnyRow | undefined;
  readonly after: AnyRow | undefined;
}

const NOT_READY: LiveResult<never> = Object.freeze({
  ready: false,
  rows: Object.freeze([]) as readonly never[],
});
const NOTHING: Change = { apply: () => undefined, notify: () => undefined };
/** Rows that are kept for who reads them again one by one. */
const MAX_RECENT = 1_000;

export function createTable(options: TableOptions): Table {
  let loaded: RowSet | undefined;
  /** While the collection is not loaded: rows that were read. */
  const recent = new Map<string, AnyRow>();
  const watchers = new Set<Watcher>();

  const setOf = (rows: Map<string, AnyRow>) => createRowSet(rows, options.indexes);

  async function rows(): Promise<RowSet> {
    loaded ??= setOf(keepSame(await options.load(), recent));
    recent.clear();
    return loaded;
  }

  function keepRecent(id: string, row: AnyRow): void {
    recent.delete(id);
    recent.set(id, row);
    const [oldest] = recent.keys();
    if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest);
  }

  async function prepareAll(held: RowSet): Promise<Change> {
    const fresh = setOf(keepSame(await options.load(), held));
    return {
      apply() {
        loaded = fresh;
        for (const watcher of watchers) watcher.renew();
      },
      notify: tellAll,
    };
  }

  async function prepareSome(held: RowSet, ids: readonly string[]): Promise<Change> {
    const changes: RowChange[] = [];
    for (const id of new Set(ids)) {
      const before = held.get(id);
      const after = await options.view(id);
      const same = before !== undefined && after !== undefined && sameRow(before, after);
      if (before !== after && !same) changes.push({ before, after });
    }
    return {
      apply() {
        for (const { before, after } of changes) {
          if (after !== undefined) held.set(after);
          else if (before !== undefined) held.delete(before.id);
        }
        for (const watcher of watchers) watcher.change(changes);
      },
      notify: tellAll,
    };
  }

  function tellAll(): void {
    for (const watcher of [...watchers]) watcher.tell();
  }

  /** What a query shows, as an observable of one thing or another about its rows. */
  function observe<Value>(
    query: CompiledQuery,
    initial: Value,
    show: (rows: LiveRows, before: Value) => Value,
  ): Observable<Value> {
    const source: Source<Value> = createSource(initial, options.onError);
    let result: LiveRows | undefined;
    let watched = 0;
    const watcher: Watcher = {
      renew() {
        result = loaded && createLiveRows(query, loaded.select(query).rows);
      },
      change(changes) {
        // Going through all of them again is quicker than many small steps.
        if (changes.length > MANY) return watcher.renew();
        for (const { before, after } of changes) result?.change(before, after);
      },
      tell() {
        if (result !== undefined) source.set(show(result, source.getSnapshot()));
      },
    };
    const evaluate = () => {
      watcher.renew();
      watcher.tell();
    };
    return {
      subscribe(listener) {
        watched += 1;
        const stop = source.subscribe(listener);
        watchers.add(watcher);
        if (loaded !== undefined) {
          if (watched === 1) evaluate();
        } else {
          options
            .inTurn(async () => {
              await rows();
              evaluate();
            })
            .catch(options.onError);
        }
        return once(() => {
          stop();
          watched -= 1;
          if (watched > 0) return;
          watchers.delete(watcher);
          result = undefined;
        });
      },
      getSnapshot() {
        // Nobody watches, so nobody keeps it up to date: it is evaluated when it is read.
        if (watched === 0) evaluate();
        return source.getSnapshot();
      },
    };
  }

  return {
    rows,
    peek: () => loaded,
    select: async (query) => (await rows()).select(compileQuery(query)),
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
        return await (ids === null ? prepareAll(loaded) : prepareSome(loaded, ids));
      } catch (thrown) {
        // What is in memory does not hold any more: whoever asks next reads it anew.
        loaded = undefined;
        throw thrown;
      }
    },
    live: (query) =>
      observe<LiveResult<unknown>>(compileQuery(query), NOT_READY, (result, before) => {
        const next = result.shown();
        const same =
          before.ready &&
          before.rows.length === next.length &&
          next.every((row, i) => row === before.rows[i]);
        return same ? before : Object.freeze({ ready: true, rows: next });
      }),
    liveCount: (query) => observe(compileQuery(query), 0, ({ count }) => count),
    watch(listener) {
      const watcher: Watcher = { renew() {}, change() {}, tell: listener };
      watchers.add(watcher);
      if (loaded === undefined) {
        options
          .inTurn(async () => {
            await rows();
            listener();
          })
          .catch(options.onError);
      }
      return () => void watchers.delete(watcher);
    },
  };
}

/** Above so many changed rows at once, live queries look at all rows again. */
const MANY = 500;

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}

/** A row that says the same stays the same object: whoever shows it need not show it anew. */
function keepSame(
  fresh: Map<string, AnyRow>,
  held: Pick<RowSet, "get" | "size">,
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
