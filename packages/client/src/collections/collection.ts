// A collection as apps use it.

import type { Observable } from "../query/observable.ts";
import type { Query } from "../query/query.ts";
import { runQuery } from "../query/query.ts";
import type { DraftView, SpaceClient, Write } from "../space-client.ts";
import { type Row, splitId } from "./definition.ts";
import type { LiveResult } from "./table.ts";

/** A write to one record. */
export interface RecordWrite extends Write {
  readonly id: string;
}

export interface Collection<Data> {
  /** Makes a record. Its id may be given; otherwise it gets one. */
  insert(record: Data & { readonly id?: string }): RecordWrite;
  /** Changes fields of a record; fields that are not named, or undefined, stay. Counters are changed by an amount. */
  update(id: string, fields: Partial<Data>): RecordWrite;
  delete(id: string): RecordWrite;
  /** Brings a deleted record back. */
  restore(id: string): RecordWrite;
  /** Undefined when it is not there, or deleted. */
  get(id: string): Promise<Row<Data> | undefined>;
  query(query?: Query<Data>): Promise<readonly Row<Data>[]>;
  count(query?: Query<Data>): Promise<number>;
  /** A query that stays up to date while somebody is subscribed to it. */
  live(query?: Query<Data>): Observable<LiveResult<Data>>;
}

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
  readonly space: SpaceClient;
  newId(): string;
}

export function createCollection<Data extends object>({
  name,
  space,
  newId,
}: CollectionOptions): Collection<Data> {
  const table = () => space.table(name);
  const one = (id: string, fill: (draft: DraftView) => void): RecordWrite => {
    const { local, synced } = space.write(fill);
    return { id, local, synced };
  };
  const rows = async (query: Query<Data>): Promise<readonly Row<Data>[]> =>
    runQuery((await space.rows(name)).values() as Iterable<Row<Data>>, query); // the table of this very collection
  return {
    insert(record) {
      const { id = newId(), fields } = splitId(record);
      return one(id, (draft) => draft.add({ collection: name, id, op: "insert", fields }));
    },
    update(id, changed) {
      const { fields } = splitId(changed);
      return one(id, (draft) => draft.add({ collection: name, id, op: "patch", fields }));
    },
    delete: (id) => one(id, (draft) => draft.add({ collection: name, id, op: "delete" })),
    restore: (id) => one(id, (draft) => draft.add({ collection: name, id, op: "restore" })),
    get: async (id) => (await space.row({ collection: name, id })) as Row<Data> | undefined, // as above
    query: (query = {}) => rows(query),
    count: async (query = {}) => (await rows(query)).length,
    live: (query = {}) => table().live(query as Query<unknown>) as Observable<LiveResult<Data>>, // as above
  };
}
