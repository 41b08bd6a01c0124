// @syncline/client/tanstack-db: a Syncline collection as a collection of TanStack DB, for apps that ask much of their data.

import type { CollectionConfig, SyncConfig } from "@tanstack/db";
import type { DataOf, Definitions, LiveResult, Observable, Row, Space } from "../index.ts";

export interface SynclineCollectionOptions<
  Collections extends Definitions,
  Name extends keyof Collections & string,
> {
  /** The client, or one of its spaces. The app opens and closes it. */
  readonly client: Space<Collections>;
  /** The collection's name in the client. */
  readonly collection: Name;
  /**
   * When a write of TanStack DB has happened: once it is on the device (`local`, the default), or once the server
   * has it (`synced`, which waits as long as the device is offline). A write that is refused is rolled back.
   */
  readonly writes?: "local" | "synced";
}

type AnyRow = Row<object>;
type Sync = SyncConfig<AnyRow, string>["sync"];

/** What `transaction.mutations` holds, as far as it is looked at. */
interface Written {
  readonly key: unknown;
  readonly modified: object;
  readonly changes: object;
}

/**
 * The options for TanStack DB's `createCollection`: rows come from the device's database and change with it,
 * writes go through the device's outbox. A transaction becomes one mutation, committed all or none.
 */
export function synclineCollectionOptions<
  Collections extends Definitions,
  Name extends keyof Collections & string,
>({
  client,
  collection: name,
  writes = "local",
}: SynclineCollectionOptions<Collections, Name>): CollectionConfig<
  Row<DataOf<Collections[Name]>> & object,
  string
> {
  const write = async (
    mutations: readonly Written[],
    each: (tx: TransactionFace, mutation: Written) => void,
  ): Promise<void> => {
    const written = client.transaction((tx) => {
      const face = tx.collections[name] as unknown as TransactionFace; // the collection of that name
      for (const mutation of mutations) each(face, mutation);
    });
    await written[writes];
  };
  const options: CollectionConfig<AnyRow, string> = {
    id: `syncline ${name}`,
    getKey: ({ id }) => id,
    sync: {
      rowUpdateMode: "full",
      sync: (given) =>
        follow(client.collections[name].live() as unknown as Observable<LiveResult<object>>, given), // rows are objects
    },
    onInsert: ({ transaction }) =>
      write(transaction.mutations, (tx, { modified }) => tx.insert(modified)),
    onUpdate: ({ transaction }) =>
      write(transaction.mutations, (tx, { key, changes }) => tx.update(String(key), changes)),
    onDelete: ({ transaction }) =>
      write(transaction.mutations, (tx, { key }) => tx.delete(String(key))),
  };
  return options as unknown as ReturnType<typeof synclineCollectionOptions<Collections, Name>>; // the rows have the collection's type
}

interface TransactionFace {
  insert(record: object): unknown;
  update(id: string, fields: object): void;
  delete(id: string): void;
}

/** Hands each change of the rows on, as one transaction. */
function follow(
  live: Observable<LiveResult<object>>,
  { begin, write, commit, markReady }: Parameters<Sync>[0],
): () => void {
  const known = new Map<string, AnyRow>();
  let ready = false;

  function take(): void {
    const snapshot = live.getSnapshot();
    if (!snapshot.ready) return;
    begin();
    const gone = new Set(known.keys());
    for (const row of snapshot.rows) {
      gone.delete(row.id);
      const held = known.get(row.id);
      if (held === row) continue;
      known.set(row.id, row);
      write({ type: held === undefined ? "insert" : "update", value: row });
    }
    for (const id of gone) {
      known.delete(id);
      write({ type: "delete", key: id });
    }
    commit();
    if (ready) return;
    ready = true;
    markReady();
  }

  const stop = live.subscribe(take);
  take();
  return stop;
}
