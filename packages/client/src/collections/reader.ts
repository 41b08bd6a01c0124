// Reading a space: what the app sees of its records, always the server's state merged with what is pending.

import type { MergePolicy, RecordKey } from "@syncline/core";
import type { Pending } from "../outbox/pending.ts";
import { collectionsOf, compileInclude, createJoin, liveInclude } from "../query/include.ts";
import type { LiveResult } from "../query/live-rows.ts";
import type { Observable } from "../query/observable.ts";
import type { Query } from "../query/query.ts";
import type { LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import { type AnyCollection, indexesOf, type Row } from "./definition.ts";
import { createTable, type Found, type Table } from "./table.ts";
import { rowOf, viewOf } from "./view.ts";

export interface ReaderOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly serial: Serial;
  readonly pending: Pending;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  onError(thrown: unknown): void;
}

/** What may look different now. */
export interface Touched {
  readonly keys: readonly RecordKey[];
  /** Collections of which anything may have changed. */
  readonly collections?: readonly string[];
}

export type AnyQuery = Query<unknown> & { readonly include?: unknown };

export interface Reader {
  /** A read comes after every write and every delta before it, awaited or not. */
  row(key: RecordKey): Promise<Row<unknown> | undefined>;
  query(collection: string, query: AnyQuery): Promise<readonly Row<unknown>[]>;
  /** How many match, whatever the query's limit. */
  count(collection: string, query: AnyQuery): Promise<number>;
  live(collection: string, query: AnyQuery): Observable<LiveResult<unknown>>;
  liveCount(collection: string, query: AnyQuery): Observable<number>;
  /** How a query is answered: with which index, and how many rows are looked at. */
  explainQuery(
    collection: string,
    query: AnyQuery,
  ): Promise<Pick<Found, "index" | "from" | "scanned"> & { readonly found: number }>;
  table(collection: string): Table;
  /** Waits for what is read at the moment for live queries. */
  settled(): Promise<void>;
  /** The collections that are held in memory, or were read from. */
  collections(): readonly string[];
  /** Runs in turn. Everything that changed is shown at once. */
  refresh(touched: Touched): Promise<void>;
}

export function createReader(options: ReaderOptions): Reader {
  const { space, store, serial, pending, definitionOf, policyOf, onError } = options;
  const tables = new Map<string, Table>();

  async function views(collection: string, ids: readonly string[]) {
    const keys = ids.map((id) => ({ collection, id }));
    const records = await store.getMany(space, keys);
    const policy = policyOf(collection);
    return keys.map((key, i) => rowOf(viewOf(records[i], pending.changesOf(key), policy)));
  }

  function tableOf(collection: string): Table {
    const held = tables.get(collection);
    if (held !== undefined) return held;
    const definition = definitionOf(collection);
    const table = createTable({
      indexes: indexesOf(definition),
      texts: definition.search?.engine(definition.search.fields),
      scan: (after) => store.scan(space, collection, after),
      pending: () =>
        pending.keys().flatMap((key) => (key.collection === collection ? [key.id] : [])),
      isPending: (id) => pending.changesOf({ collection, id }).length > 0,
      views: (ids) => views(collection, ids),
      isCurrent: () => store.isCurrent(space),
      range: (range) => store.range(space, collection, range),
      inTurn: serial.run,
      onError,
    });
    tables.set(collection, table);
    return table;
  }

  return {
    row: ({ collection, id }) => serial.run(() => tableOf(collection).row(id)),
    async query(collection, query) {
      const relations = compileInclude(query?.include); // what is no query is refused below
      const related = collectionsOf(relations);
      await Promise.all(related.map((its) => tableOf(its).load()));
      return await tableOf(collection).select(query, true, async ({ rows }, { page }) => {
        for (const its of related) await tableOf(its).rows();
        const { row } = createJoin(relations, tableOf);
        return Object.freeze(page(rows).map(row));
      });
    },
    count: (collection, query) =>
      tableOf(collection).select(query, false, async ({ rows }) => rows.length),
    live(collection, query) {
      const rows = tableOf(collection).live(query);
      const relations = compileInclude(query.include);
      return relations.length === 0
        ? rows
        : liveInclude(rows, createJoin(relations, tableOf), onError);
    },
    liveCount: (collection, query) => tableOf(collection).liveCount(query),
    explainQuery: (collection, query) =>
      tableOf(collection).select(query, true, async ({ index, from, scanned, rows }) => {
        return { index, from, scanned, found: rows.length };
      }),
    table: tableOf,
    async settled() {
      await Promise.all([...tables.values()].map((table) => table.settled()));
    },
    collections: () => [...tables.keys()],
    async refresh({ keys, collections = [] }) {
      const ids = new Map<string, string[] | null>(collections.map((name) => [name, null]));
      for (const { collection, id } of keys) {
        const known = ids.get(collection);
        if (known === undefined) ids.set(collection, [id]);
        else known?.push(id);
      }
      try {
        const changed = [...ids].flatMap(([collection, its]) => {
          const table = tables.get(collection);
          return table === undefined ? [] : [{ table, its }];
        });
        const shows = [];
        for (const { table, its } of changed) shows.push(await table.prepare(its));
        // All rows first, then the listeners: whoever is told of one collection finds the others changed too.
        for (const show of shows) show();
        for (const { table } of changed) table.tell();
      } catch (thrown) {
        // What changed is on the device all the same: only showing it failed, and is tried again.
        for (const collection of ids.keys()) await tables.get(collection)?.forget();
        onError(thrown);
      }
    },
  };
}
