// Reading a space: what the app sees of its records, always the server's state merged with what is pending.

import type { MergePolicy, RecordKey, RecordState } from "@syncline/core";
import type { Pending } from "../outbox/pending.ts";
import { compileQuery } from "../query/compile.ts";
import { checkInclude, includeAll, liveInclude } from "../query/include.ts";
import type { Observable } from "../query/observable.ts";
import type { Include, Query } from "../query/query.ts";
import type { Selection } from "../query/row-set.ts";
import type { LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import type { AnyCollection, Row } from "./definition.ts";
import { createTable, type LiveResult, type Table } from "./table.ts";
import { rowOf, rowOfWire, viewOf } from "./view.ts";

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

export type AnyQuery = Query<unknown> & { readonly include?: Include };

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
  ): Promise<Pick<Selection, "index" | "scanned"> & { readonly found: number }>;
  /** The collections that are held in memory, or were read from. */
  collections(): readonly string[];
  /** Runs in turn. Everything that changed is shown at once. */
  refresh(touched: Touched): Promise<void>;
}

export function createReader(options: ReaderOptions): Reader {
  const { space, store, serial, pending, definitionOf, policyOf, onError } = options;
  const tables = new Map<string, Table>();

  async function view(key: RecordKey): Promise<RecordState | undefined> {
    const server = await store.get(space, key.collection, key.id);
    return viewOf(server, pending.changesOf(key), policyOf(key.collection));
  }

  async function load(collection: string): Promise<Map<string, Row<unknown>>> {
    const rows = new Map<string, Row<unknown>>();
    const touched = new Map(
      pending
        .keys()
        .filter((key) => key.collection === collection)
        .map((key) => [key.id, key] as const),
    );
    for (const record of await store.scan(space, collection)) {
      if (touched.has(record.id)) continue;
      const row = rowOfWire(record);
      if (row !== undefined) rows.set(record.id, row);
    }
    for (const [id, key] of touched) {
      const row = rowOf(await view(key));
      if (row !== undefined) rows.set(id, row);
    }
    return rows;
  }

  function tableOf(collection: string): Table {
    const held = tables.get(collection);
    if (held !== undefined) return held;
    const table = createTable({
      indexes: (definitionOf(collection).indexes ?? []).map((fields) => [fields].flat()),
      load: () => load(collection),
      view: async (id) => rowOf(await view({ collection, id })),
      inTurn: serial.run,
      onError,
    });
    tables.set(collection, table);
    return table;
  }

  return {
    row: ({ collection, id }) => serial.run(() => tableOf(collection).row(id)),
    query: (collection, query) =>
      serial.run(async () => {
        const compiled = compileQuery(query);
        const { rows } = (await tableOf(collection).rows()).select(compiled);
        const shown = Object.freeze(rows.slice(compiled.from, compiled.to));
        if (query.include === undefined) return shown;
        checkInclude(query.include);
        for (const { collection: other } of Object.values(query.include))
          await tableOf(other).rows();
        return includeAll(shown, query.include, tableOf, new Map());
      }),
    count: (collection, query) =>
      serial.run(async () => (await tableOf(collection).select(query)).rows.length),
    live(collection, { include, ...query }) {
      const rows = tableOf(collection).live(query);
      return include === undefined ? rows : liveInclude(rows, include, tableOf);
    },
    liveCount: (collection, query) => tableOf(collection).liveCount(query),
    explainQuery: (collection, query) =>
      serial.run(async () => {
        const { index, scanned, rows } = await tableOf(collection).select(query);
        return { index, scanned, found: rows.length };
      }),
    collections: () => [...tables.keys()],
    async refresh({ keys, collections = [] }) {
      const ids = new Map<string, string[] | null>(collections.map((name) => [name, null]));
      for (const { collection, id } of keys) {
        const known = ids.get(collection);
        if (known === undefined) ids.set(collection, [id]);
        else known?.push(id);
      }
      const changes = [];
      for (const [collection, changed] of ids) {
        const table = tables.get(collection);
        if (table !== undefined) changes.push(await table.prepare(changed));
      }
      // All rows first, then the listeners: whoever is told of one collection finds the others changed too.
      for (const { apply } of changes) apply();
      for (const { notify } of changes) notify();
    },
  };
}
