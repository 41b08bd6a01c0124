// The database of a browser's store: object stores, and upgrades that keep what is there.

import type { GoneRecord, WireRecord } from "@syncline/core";
import type { DBSchema, IDBPDatabase, IDBPTransaction } from "idb";
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

export interface LocalSchema extends DBSchema {
  device: { key: "device"; value: DeviceState };
  lead: { key: "holder"; value: string };
  spaces: { key: string; value: SpaceRow };
  records: { key: [generation: number, collection: string, id: string]; value: WireRecord };
  outbox: { key: [space: string, id: number]; value: OutboxEntry };
  inbox: {
    key: number;
    value: { readonly space: string; readonly entry: Omit<InboxEntry, "id"> };
    indexes: { space: string };
  };
  /** Generations that were given: their numbers, and whether nobody needs them any more. */
  generations: { key: number; value: { readonly dropped: boolean } };
}

export type LocalDatabase = IDBPDatabase<LocalSchema>;
export const STORES = [
  "device",
  "lead",
  "spaces",
  "records",
  "outbox",
  "inbox",
  "generations",
] as const;
export type Stores = typeof STORES;
export type ReadTransaction = IDBPTransaction<LocalSchema, Stores, "readonly">;
export type WriteTransaction = IDBPTransaction<LocalSchema, Stores, "readwrite">;

/** In order; a released one is never edited: a change is a new entry. */
const UPGRADES: readonly ((db: LocalDatabase) => void)[] = [
  (db) => {
    db.createObjectStore("device");
    db.createObjectStore("lead");
    db.createObjectStore("spaces");
    db.createObjectStore("records");
    db.createObjectStore("outbox");
    db.createObjectStore("inbox", { autoIncrement: true }).createIndex("space", "space");
    db.createObjectStore("generations", { autoIncrement: true });
  },
];

export const VERSION = UPGRADES.length;

export function upgrade(db: LocalDatabase, from: number): void {
  for (const step of UPGRADES.slice(from)) step(db);
}
