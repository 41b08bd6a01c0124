// Reading a space: what the app sees of its records, always the server's state merged with what is pending.

import type { MergePolicy, RecordKey, RecordState } from "@syncline/core";
import type { Pending } from "../outbox/pending.ts";
import { compileQuery } from "../query/compile.ts";
import { compileInclude, createJoin, liveInclude } from "../query/include.ts";
import type { LiveResult } from "../query/live-rows.ts";
import type { Observable } from "../query/observable.ts";
import type { Query } from "../query/query.ts";
import type { Selection } from "../query/row-set.ts";
import type { LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import type { AnyCollection, Row } from "./definition.ts";
import { createTable, type Table } from "./table.ts";
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
  ): Promise<Pick<Selection, "index" | "scanned"> & { readonly found: number }>;
  /** The collections that are held in memory, or were read from. */
  collections(): readonly string[];
  /** Runs in turn. Everything that changed is shown at once. */
  refresh(touched: Touched): Promise<void>;
}

export function createReader(options: ReaderOptions): Reader {
  const { space, store, serial, pending, definitionOf, policyOf, onError } = options;
  const tables = new Map<string, Table>();

  async function views(keys: readonly RecordKey[]): Promise<(RecordState | undefined)[]> {
    const held = await store.getMany(space, keys);
    return keys.map((key, place) =>
      viewOf(held[place], pending.changesOf(key), policyOf(key.collection)),
    );
  }

  /** What the server has sent, piece by piece: whoever writes meanwhile need not wait. */
  async function read(
    collection: string,
    take: (rows: readonly Row<unknown>[]) => void,
  ): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const piece = await store.scan(space, collection, after);
      take(piece.flatMap((record) => rowOfWire(record) ?? []));
      after = piece.at(-1)?.id;
    }
  }

  function tableOf(collection: string): Table {
    const held = tables.get(collection);
    if (held !== undefined) return held;
    const table = createTable({
      indexes: (definitionOf(collection).indexes ?? []).map((fields) => [fields].flat()),
      read: (take) => read(collection, take),
      pending: () =>
        pending.keys().flatMap((key) => (key.collection === collection ? [key.id] : [])),
      views: async (ids) => (await views(ids.map((id) => ({ collection, id })))).map(rowOf),
      inTurn: serial.run,
      onError,
    });
    tables.set(collection, table);
    return table;
  }

  const select = (collection: string, query: AnyQuery, most?: number) =>
    serial.run(async () => (await tableOf(collection).rows()).select(compileQuery(query), most));

  return {
    row: ({ collection, id }) => serial.run(() => tableOf(collection).row(id)),
    query: (collection, query) =>
      serial.run(async () => {
        const compiled = compileQuery(query);
        const relations = compileInclude(query.include);
        const { rows } = (await tableOf(collection).rows()).select(compiled, compiled.to);
        const shown = Object.freeze(rows.slice(compiled.from, compiled.to));
        if (relations.length === 0) return shown;
        for (const relation of relations) await tableOf(relation.collection).rows();
        return createJoin(relations, tableOf).rows(shown) ?? shown;
      }),
    count: async (collection, query) => (await select(collection, query)).rows.length,
    live(collection, query) {
      const rows = tableOf(collection).live(query);
      const relations = compileInclude(query.include);
      return relations.length === 0
        ? rows
        : liveInclude(rows, createJoin(relations, tableOf), onError);
    },
    liveCount: (collection, query) => tableOf(collection).liveCount(query),
    async explainQuery(collection, query) {
      const { index, scanned, rows } = await select(collection, query, compileQuery(query).to);
      return { index, scanned, found: rows.length };
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
        const changes = [];
        for (const [collection, changed] of ids) {
          const table = tables.get(collection);
          if (table !== undefined) changes.push(await table.prepare(changed));
        }
        // All rows first, then the listeners: whoever is told of one collection finds the others changed too.
        for (const { apply } of changes) apply();
        for (const { notify } of changes) notify();
      } catch (thrown) {
        // What changed is on the device all the same: only showing it failed, and is tried again.
        for (const collection of ids.keys()) tables.get(collection)?.forget();
        onError(thrown);
      }
    },
  };
}
