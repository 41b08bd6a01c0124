// What a client of simple-sync keeps on the device: named parts, saved together or not at all.

export interface StoredPart {
  readonly key: string;
  readonly text: string;
}

export interface StoreChange {
  /** Parts whose keys begin so are dropped, before anything is put. */
  readonly drop?: string;
  /** Whole keys, dropped before anything is put. */
  readonly remove?: readonly string[];
  readonly put?: readonly StoredPart[];
}

/**
 * The device's storage. Keys are of printable ASCII. Failures are SynclineErrors: `storage_full`, `storage_unavailable`,
 * `database_newer`, `database_corrupt`; `closed` after closing.
 */
export interface SimpleStore {
  /** The parts whose keys begin so, in the order of their keys; all for an empty text. Others' saves are seen. */
  load(prefix: string): Promise<readonly StoredPart[]>;
  /** Saves all of a change or nothing; it survives the end of the program once this resolves. */
  save(change: StoreChange): Promise<void>;
  close(): Promise<void>;
}
