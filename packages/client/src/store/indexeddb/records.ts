// Records with their places in the indexes: how they are written, read, and found in order.

import type { RecordKey, WireRecord } from "@syncline/core";
import { KEY_END, recordKey } from "../index-key.ts";
import type { DeclaredIndexes, IndexRange } from "../port.ts";
import type { IndexKey, IndexRow, ObjectStore, Row, Transaction } from "./schema.ts";

/** Records that are written, or read, before the page gets a turn. */
export const PIECE = 500;

export const keyIn = (generation: number, { collection, id }: { collection: string; id: string }) =>
  [generation, collection, id] as [number, string, string];

/** All records of a generation, or of one collection in it, or those of them behind an id. */
export function rangeOf(generation: number, collection?: string, after?: string): IDBKeyRange {
  const all = collection === undefined ? [generation] : [generation, collection];
  return IDBKeyRange.bound(after === undefined ? all : [...all, after], [...all, []], true);
}

/** The records of a transaction. */
export interface Records extends Pick<ObjectStore<"records">, "delete"> {
  get(key: [number, string, string]): Promise<WireRecord | undefined>;
  getAll(range: IDBKeyRange, count: number): Promise<WireRecord[]>;
  put(generation: number, record: WireRecord): Promise<unknown>;
}

/** @param indexes those that there are to be; needed for writing */
export function recordsOf(tx: Transaction, indexes: readonly IndexRow[] = []): Records {
  const store = tx.of("records");
  return {
    delete: store.delete,
    get: async (key) => wireOf(await store.get(key)),
    getAll: async (range, count) => (await store.getAll(range, count)).map((row) => wireOf(row)),
    put(generation, record) {
      const { collection, id } = record;
      const keys = indexes.flatMap(({ collection: its, fields }): IndexKey[] =>
        its === collection && record.deleted !== true
          ? [[generation, collection, nameOf(fields), recordKey(record, fields), id]]
          : [],
      );
      return store.put(keys.length > 0 ? { record, keys } : record, [generation, collection, id]);
    },
  };
}

export const writableRecords = async (tx: Transaction): Promise<Records> =>
  recordsOf(tx, await tx.of("indexes").getAll());

export async function generationOf(tx: Transaction, space: string): Promise<number> {
  return (await tx.of("spaces").get(space))?.generation ?? 0;
}

export async function recordsAt(
  tx: Transaction,
  space: string,
  keys: readonly RecordKey[],
): Promise<(WireRecord | undefined)[]> {
  const generation = await generationOf(tx, space);
  const records = recordsOf(tx);
  return await Promise.all(
    keys.map(({ collection, id }) => records.get([generation, collection, id])),
  );
}

const byName = (declared: DeclaredIndexes) =>
  new Map(
    Object.entries(declared).flatMap(([collection, all]) =>
      all.map((fields) => [nameOf([collection, ...fields]), { collection, fields }] as const),
    ),
  );

/** Whether the indexes that there are to be are there and built, and no others. */
export async function hasIndexes(tx: Transaction, declared: DeclaredIndexes): Promise<boolean> {
  const held = await tx.of("indexes").getAll();
  const wanted = byName(declared);
  return (
    held.length === wanted.size &&
    held.every(
      ({ collection, fields, built }) => built && wanted.has(nameOf([collection, ...fields])),
    )
  );
}

/** Notes which indexes there are to be; an empty database has them all. Gives the collections that are to be read. */
export async function declareIndexes(
  tx: Transaction,
  declared: DeclaredIndexes,
  mark: string,
): Promise<Set<string>> {
  const indexes = tx.of("indexes");
  const wanted = byName(declared);
  const unbuilt = new Set<string>();
  for (const name of await indexes.getAllKeys()) if (!wanted.has(name)) await indexes.delete(name);
  const isEmpty = (await tx.of("records").getAll(undefined, 1)).length === 0;
  for (const [name, { collection, fields }] of wanted) {
    const held = await indexes.get(name);
    if (held?.built === true) continue;
    if (held === undefined || isEmpty)
      await indexes.put({ collection, fields, built: isEmpty, mark }, name);
    if (!isEmpty) unbuilt.add(collection);
  }
  return unbuilt;
}

/** Writes the records of a collection again, with their places; each piece is a transaction. */
export async function buildIndexes(
  collection: string,
  write: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>,
): Promise<void> {
  const [indexes, generations] = await write(async (tx) => [
    await tx.of("indexes").getAll(),
    await tx.of("generations").getAllKeys(),
  ]);
  for (const generation of generations) {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const from: string = after;
      after = await write(async (tx) => {
        const records = await writableRecords(tx);
        let last: string | undefined;
        await eachRecord(records, rangeOf(generation, collection, from), async (piece) => {
          await Promise.all(piece.map((record) => records.put(generation, record)));
          last = piece.at(-1)?.id;
          return true;
        });
        return last;
      });
    }
  }
  await write(async (tx) => {
    for (const index of indexes) {
      const name = nameOf([index.collection, ...index.fields]);
      if (index.collection !== collection) continue;
      // Another tab may have said since that there is to be none.
      if ((await tx.of("indexes").get(name))?.mark === index.mark)
        await tx.of("indexes").put({ ...index, built: true }, name);
    }
  });
}

/** The first records of a range; null: the index is not there, or not yet. */
export async function readRange(
  tx: Transaction,
  space: string,
  collection: string,
  { fields, low, high, down, after, limit }: IndexRange,
): Promise<WireRecord[] | null> {
  const [generation, index] = await Promise.all([
    generationOf(tx, space),
    tx.of("indexes").get(nameOf([collection, ...fields])),
  ]);
  if (index?.built !== true) return null;
  const store = tx.of("records");
  const found: Row[] = [];
  const place = (key: string, id?: string) =>
    [generation, collection, nameOf(fields), key, ...(id === undefined ? [] : [id])] as const;
  const take = async (from: readonly unknown[], to: readonly unknown[]) => {
    const range = between(from, to);
    if (range === undefined || found.length >= limit) return;
    found.push(...(await store.inIndex("keys", range, limit - found.length)));
  };
  // Nothing lies at the beginning of a key, so that ends which are left out leave nothing out.
  if (!down) await take(after ? place(after.key, after.id) : place(low), place(high + KEY_END));
  else {
    if (after) await take(place(after.key, after.id), place(after.key + KEY_END));
    const top = after ? place(after.key) : place(high + KEY_END);
    let key: string | undefined;
    let group: Row[] = [];
    const range = between(place(low), top);
    if (range !== undefined && found.length < limit) {
      await store.walkDown("keys", range, (at, row) => {
        const [, , , next] = at as IndexKey; // made above
        if (next !== key) {
          found.push(...group.reverse());
          group = [];
          key = next;
        }
        if (found.length + group.length >= limit) return true;
        group.push(row);
        return false;
      });
    }
    // Of those with the last key the first ones by id are wanted, and it may have more.
    if (key !== undefined) await take(place(key), place(key + KEY_END));
  }
  return found.map((row) => wireOf(row));
}

/** What lies between two keys; undefined: there is nothing between them. */
function between(from: readonly unknown[], to: readonly unknown[]): IDBKeyRange | undefined {
  return indexedDB.cmp(from, to) < 0 ? IDBKeyRange.bound(from, to, true, true) : undefined;
}

/** Reads a generation in the order of its keys, piece by piece, until it is told that this is enough. */
export async function eachRecord(
  records: Pick<Records, "getAll">,
  range: IDBKeyRange,
  take: (piece: readonly WireRecord[]) => Promise<unknown> | unknown,
): Promise<void> {
  const generation = (range.lower as [number, ...unknown[]])[0]; // made by rangeOf
  let rest = range;
  for (;;) {
    const piece = await records.getAll(rest, PIECE);
    const isEnough = await take(piece);
    const last = piece.at(-1);
    if (isEnough === true || last === undefined || piece.length < PIECE) return;
    rest = IDBKeyRange.bound(keyIn(generation, last), range.upper, true, false);
  }
}

const nameOf = (names: readonly string[]) => JSON.stringify(names);

function wireOf(row: Row): WireRecord;
function wireOf(row: Row | undefined): WireRecord | undefined;
function wireOf(row: Row | undefined): WireRecord | undefined {
  return row !== undefined && "keys" in row ? row.record : row;
}
