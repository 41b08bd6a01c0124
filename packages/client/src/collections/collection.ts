// A collection as apps use it.

import { setInside } from "../inside.ts";
import { type Intent, makeIntent, splitId } from "../outbox/intent.ts";
import type { Write, Writer } from "../outbox/writer.ts";
import type { LiveResult } from "../query/live-rows.ts";
import type { Observable } from "../query/observable.ts";
import type { Include, Query, QueryWith } from "../query/query.ts";
import type { DataOf, Definitions, Row } from "./definition.ts";
import type { AnyQuery, Reader } from "./reader.ts";

/** A write to one record. */
export interface RecordWrite extends Write {
  readonly id: string;
}

/**
 * A collection. Writes are taken at the moment of the call and answered by promises; reads see every write
 * made before them, and no write waits for a query: one made meanwhile may be seen, too. Rows are frozen, and the same objects while nothing about them changed.
 */
export interface Collection<Data, All extends Definitions = Definitions> {
  /** Makes a record. Its id may be given; otherwise it gets one. */
  insert(record: Data & { readonly id?: string }): RecordWrite;
  /** Changes fields of a record; fields that are not named, or undefined, stay. Counters are changed by an amount. */
  update(id: string, fields: Partial<Data>): RecordWrite;
  delete(id: string): RecordWrite;
  /** Brings a deleted record back. */
  restore(id: string): RecordWrite;
  /** Undefined when it is not there, or deleted. */
  get(id: string): Promise<Row<Data> | undefined>;
  query<const Related extends Include<All> = NoInclude>(
    query?: QueryWith<Data, Related, All>,
  ): Promise<readonly (Row<Data> & Included<All, Related>)[]>;
  /** The first of what a query gives. */
  first<const Related extends Include<All> = NoInclude>(
    query?: QueryWith<Data, Related, All>,
  ): Promise<(Row<Data> & Included<All, Related>) | undefined>;
  /** How many match, whatever the query's limit. */
  count(query?: Query<Data>): Promise<number>;
  /** A query that stays up to date while somebody is subscribed to it. */
  live<const Related extends Include<All> = NoInclude>(
    query?: QueryWith<Data, Related, All>,
  ): Observable<LiveResult<Data & Included<All, Related>>>;
  /** The number of matching records, kept up to date. */
  liveCount(query?: Query<Data>): Observable<number>;
  /**
   * With which index a query is answered, by the device's database or out of memory, how many rows are looked at, and
   * how many match, as far as the limit.
   */
  explainQuery(query: Query<Data>): Promise<{
    readonly index: readonly string[] | null;
    readonly from: "store" | "memory";
    readonly scanned: number;
    readonly found: number;
  }>;
}

/** No relations. */
export type NoInclude = Readonly<Record<never, never>>;

/** The related records of a row, by the names that the query gave them. */
export type Included<All extends Definitions, Related> = {
  readonly [Name in keyof Related]: Related[Name] extends {
    readonly collection: infer Other extends keyof All;
  }
    ? Related[Name] extends { readonly id: string }
      ? IncludedRow<All, Other, Related[Name]> | undefined
      : readonly IncludedRow<All, Other, Related[Name]>[]
    : never;
};

type IncludedRow<All extends Definitions, Name extends keyof All, Relation> = Row<
  DataOf<All[Name]>
> &
  (Relation extends { readonly include: infer Related } ? Included<All, Related> : unknown);

/** A collection inside of a transaction: writes are collected, reads see them. */
export interface TransactionCollection<Data> {
  insert(record: Data & { readonly id?: string }): { readonly id: string };
  update(id: string, fields: Partial<Data>): void;
  delete(id: string): void;
  restore(id: string): void;
  get(id: string): Promise<Row<Data> | undefined>;
}

export interface CollectionOptions {
  readonly name: string;
  readonly reader: Reader;
  readonly writer: Pick<Writer, "submit">;
  newId(): string;
}

export function createCollection<Data extends object>(
  options: CollectionOptions,
): Collection<Data> {
  const { name, reader, writer, newId } = options;
  const one = (id: string, build: () => Intent): RecordWrite => {
    const { local, synced } = writer.submit(() => [build()]);
    return { id, local, synced };
  };
  const key = (id: string) => ({ collection: name, id });
  // Rows of this very collection: what the app wrote under its type, or what its schema let through.
  const any = (wanted: Query<Data> = {}) => wanted as AnyQuery;
  const made: Collection<Data> = {
    insert(record) {
      const id = typeof record.id === "string" ? record.id : newId();
      return one(id, () => makeIntent(key(id), "insert", splitId(record).fields));
    },
    update: (id, changed) => one(id, () => makeIntent(key(id), "patch", fieldsOf(id, changed))),
    delete: (id) => one(id, () => makeIntent(key(id), "delete")),
    restore: (id) => one(id, () => makeIntent(key(id), "restore")),
    get: async (id) => (await reader.row(key(id))) as Row<Data> | undefined, // as above
    query: async (wanted) => (await reader.query(name, any(wanted))) as never, // as above
    first: async (wanted = {}) =>
      (await reader.query(name, any({ ...wanted, limit: 1 })))[0] as never, // as above
    count: (wanted) => reader.count(name, any(wanted)),
    live: (wanted) => reader.live(name, any(wanted)) as never, // as above
    liveCount: (wanted) => reader.liveCount(name, any(wanted)),
    explainQuery: (wanted) => reader.explainQuery(name, any(wanted)),
  };
  setInside(made, () => reader.table(name));
  return made;
}

/** The fields of an update. The record's own id may be among them, another one not. */
export function fieldsOf(id: string, changed: object): object {
  const { id: given, fields } = splitId(changed);
  return given === undefined || given === id ? fields : changed;
}
