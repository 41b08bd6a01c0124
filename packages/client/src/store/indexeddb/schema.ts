// The database of a browser's store: object stores, upgrades that keep what is there, and promises for requests.

import type { GoneRecord, Json, WireRecord } from "@syncline/core";
import type { DeviceState, InboxEntry, OutboxEntry, SpaceState } from "../port.ts";

/** A space's row: what the port shows of it, and which generation of records is the current one. */
export interface SpaceRow extends Omit<SpaceState, "staged"> {
  /** Counts what makes drafts outdated. */
  readonly revision: number;
  /** A whole copy of a space's records has a generation: a replacing catch-up fills another one. */
  readonly generation: number;
  readonly staged: StagedRow | null;
}

export interface StagedRow {
  readonly generation: number;
  readonly cursor: string;
  readonly replace: boolean;
  readonly count: number;
  readonly gone: readonly GoneRecord[];
}

/** An index that there is to be, and whether all records are in it. */
export interface IndexRow {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly built: boolean;
  /** Another one each time that it is declared where it was not: what was begun for one is not said of the next. */
  readonly mark: string;
}

/** A record, with its places in the indexes if there are any. */
export type Row = WireRecord | { readonly record: WireRecord; readonly keys: readonly IndexKey[] };

/** A record's place in an index: the database keeps them in order, and takes them away with the record. */
export type IndexKey = [
  generation: number,
  collection: string,
  fields: string,
  key: string,
  id: string,
];

/** What is in each object store, under which keys. */
interface Schema {
  readonly device: { key: "device"; value: DeviceState };
  /**
   * Who leads; the name under which the data was made; for each page the number of its last write that is here, and
   * when that was; and for a space who appends next, and since when.
   */
  readonly lead: { key: "holder" | "made" | `wrote ${string}` | `turn ${string}`; value: string };
  readonly spaces: { key: string; value: SpaceRow };
  readonly records: {
    key: [generation: number, collection: string, id: string];
    value: Row;
  };
  /** The indexes that there are to be; everybody who writes a record writes its keys in all of them. */
  readonly indexes: { key: string; value: IndexRow };
  readonly outbox: { key: [space: string, id: number]; value: OutboxEntry };
  /** Keys are given by the database. */
  readonly inbox: {
    key: number;
    value: { readonly space: string; readonly entry: Omit<InboxEntry, "id"> };
  };
  readonly kept: { key: string; value: Json };
  /** Generations that were given: their numbers, and whether nobody needs them any more. */
  readonly generations: { key: number; value: { readonly dropped: boolean } };
}

type Name = keyof Schema;
export const STORES: readonly Name[] = [
  "device",
  "lead",
  "spaces",
  "records",
  "outbox",
  "inbox",
  "generations",
  "indexes",
  "kept",
];

/** In order; a released one is never edited: a change is a new entry. */
const UPGRADES: readonly ((db: IDBDatabase, tx: IDBTransaction | null) => void)[] = [
  (db) => {
    for (const name of STORES) {
      if (name === "indexes" || name === "kept") continue;
      const numbered = name === "inbox" || name === "generations";
      const store = db.createObjectStore(name, numbered ? { autoIncrement: true } : {});
      if (name === "inbox") store.createIndex("space", "space");
    }
  },
  // Records without keys are in no index: what is there stays as it is.
  (db, tx) => {
    db.createObjectStore("indexes");
    tx?.objectStore("records").createIndex("keys", "keys", { multiEntry: true });
  },
  (db) => {
    db.createObjectStore("kept");
  },
];

export const VERSION = UPGRADES.length;

export function upgrade(request: IDBOpenDBRequest, from: number): void {
  for (const step of UPGRADES.slice(from)) step(request.result, request.transaction);
}

/** The answer to a request. */
export function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** One object store, with what it holds as types. */
export interface ObjectStore<Of extends Name> {
  get(key: Schema[Of]["key"]): Promise<Schema[Of]["value"] | undefined>;
  getAll(range?: IDBKeyRange, count?: number): Promise<Schema[Of]["value"][]>;
  getAllKeys(): Promise<Schema[Of]["key"][]>;
  put(value: Schema[Of]["value"], key: Schema[Of]["key"]): Promise<unknown>;
  /** Puts a value under a new number, and gives it. */
  add(value: Schema[Of]["value"]): Promise<number>;
  delete(key: Schema[Of]["key"] | IDBKeyRange): Promise<unknown>;
  clear(): Promise<unknown>;
  /** Keys and values that have a value in an index. */
  byIndex(index: string, value: string): Promise<[number[], Schema[Of]["value"][]]>;
  /** The first values in a range of an index. */
  inIndex(index: string, range: IDBKeyRange, count: number): Promise<Schema[Of]["value"][]>;
  /** Looks at the values in a range of an index from its end on, until it is told that this is enough. */
  walkDown(
    index: string,
    range: IDBKeyRange,
    isEnough: (key: unknown, value: Schema[Of]["value"]) => boolean,
  ): Promise<void>;
}

/** A transaction over all stores; everything of one step of the port is in one. */
export interface Transaction {
  of<Of extends Name>(name: Of): ObjectStore<Of>;
  readonly done: Promise<void>;
  /** Nothing more is asked of it; what was asked is made durable without waiting for the page. */
  commit(): void;
  /** Also where it has ended. */
  abort(): void;
}

/** @throws {DOMException} when the connection to the database was lost */
export function begin(
  db: IDBDatabase,
  mode: IDBTransactionMode,
  durability: IDBTransactionDurability,
): Transaction {
  const tx = db.transaction([...STORES], mode, { durability });
  return {
    done: new Promise((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new DOMException("It was given up.", "AbortError"));
    }),
    commit() {
      try {
        tx.commit?.();
      } catch {
        // It has ended already: by itself, or because it failed, which `done` tells.
      }
    },
    abort() {
      try {
        tx.abort();
      } catch {
        // It has ended already.
      }
    },
    of(name) {
      const store = tx.objectStore(name);
      return {
        get: (key) => answer(store.get(key)),
        getAll: (range, count) => answer(store.getAll(range, count)),
        getAllKeys: () => answer(store.getAllKeys()) as never, // the schema says what they are
        put: (value, key) => answer(store.put(value, key)),
        add: (value) => answer(store.add(value)) as Promise<number>, // these stores number by themselves
        delete: (key) => answer(store.delete(key)),
        clear: () => answer(store.clear()),
        byIndex: async (index, value) => [
          (await answer(store.index(index).getAllKeys(value))) as number[], // as above
          await answer(store.index(index).getAll(value)),
        ],
        inIndex: (index, range, count) => answer(store.index(index).getAll(range, count)),
        walkDown: (index, range, isEnough) =>
          new Promise((resolve, reject) => {
            const request = store.index(index).openCursor(range, "prev");
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
              const cursor = request.result;
              if (cursor === null || isEnough(cursor.key, cursor.value)) resolve();
              else cursor.continue();
            };
          }),
      };
    },
  };
}
