// A collection in memory: loaded when it is first asked for, and from then on changed record by record.

import type { RecordKey } from "@syncline/core";
import { createSource, type Observable, type Source } from "../query/observable.ts";
import { type Query, runQuery } from "../query/query.ts";
import type { Row } from "./definition.ts";

export interface TableSource {
  /** The ids of all records that may be visible: those of the server and those with pending changes. */
  load(collection: string): Promise<Map<string, Row<unknown>>>;
  /** One record's view. */
  view(key: RecordKey): Promise<Row<unknown> | undefined>;
  onError(thrown: unknown): void;
}

export interface Table {
  rows(): Promise<ReadonlyMap<string, Row<unknown>>>;
  /** Takes up what changed; null: everything may have. */
  refresh(ids: readonly string[] | null): Promise<void>;
  live(query: Query<unknown>): Observable<LiveResult<unknown>>;
}

/** What a live query shows. */
export interface LiveResult<Data> {
  /** False until the records were read from the device's database for the first time. */
  readonly ready: boolean;
  readonly rows: readonly Row<Data>[];
}

const NOT_READY: LiveResult<never> = Object.freeze({
  ready: false,
  rows: Object.freeze([]) as readonly never[],
});

interface LiveQuery {
  readonly query: Query<unknown>;
  readonly source: Source<LiveResult<unknown>>;
}

export function createTable(collection: string, source: TableSource): Table {
  let loading: Promise<Map<string, Row<unknown>>> | undefined;
  let loaded: Map<string, Row<unknown>> | undefined;
  const queries = new Set<LiveQuery>();

  /** Something changed while the records were being read: they are read once more. */
  let missed = false;

  async function load(): Promise<Map<string, Row<unknown>>> {
    for (;;) {
      missed = false;
      const map = await source.load(collection);
      if (missed) continue;
      loaded = map;
      return map;
    }
  }

  function rows(): Promise<Map<string, Row<unknown>>> {
    loading ??= load().catch((thrown: unknown) => {
      loading = undefined;
      throw thrown;
    });
    return loading;
  }

  function evaluate({ query, source: live }: LiveQuery): void {
    if (loaded === undefined) return;
    const next = runQuery(loaded.values(), query);
    const before = live.getSnapshot();
    const same =
      before.ready &&
      before.rows.length === next.length &&
      next.every((row, i) => row === before.rows[i]);
    if (!same) live.set(Object.freeze({ ready: true, rows: Object.freeze(next) }));
  }

  return {
    rows,
    async refresh(ids) {
      if (loaded === undefined) {
        missed = true;
        return;
      }
      const map = loaded;
      if (ids === null) {
        const fresh = await source.load(collection);
        // A row that says the same stays the same object: whoever shows it need not show it anew.
        for (const [id, row] of fresh) {
          const held = map.get(id);
          if (held !== undefined && sameRow(held, row)) fresh.set(id, held);
        }
        map.clear();
        for (const [id, row] of fresh) map.set(id, row);
      } else {
        for (const id of ids) {
          const row = await source.view({ collection, id });
          const held = map.get(id);
          if (row === undefined) map.delete(id);
          else if (held === undefined || !sameRow(held, row)) map.set(id, row);
        }
      }
      for (const query of queries) evaluate(query);
    },
    live(query) {
      const live: LiveQuery = {
        query,
        source: createSource<LiveResult<unknown>>(NOT_READY, source.onError),
      };
      let watched = 0;
      return {
        subscribe(listener) {
          watched += 1;
          queries.add(live);
          if (loaded === undefined) rows().then(() => evaluate(live), source.onError);
          else evaluate(live);
          const stop = live.source.subscribe(listener);
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
          return live.source.getSnapshot();
        },
      };
    },
  };
}

function sameRow(a: Row<unknown>, b: Row<unknown>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Groups keys by their collection. */
export function idsByCollection(keys: readonly RecordKey[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { collection, id } of keys) {
    const ids = groups.get(collection) ?? [];
    ids.push(id);
    groups.set(collection, ids);
  }
  return groups;
}
