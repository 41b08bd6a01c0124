// Transactions: several writes that become one mutation, committed all or none.

import { makeIntent, splitId } from "../outbox/intent.ts";
import type { Draft } from "../outbox/writer.ts";
import { fieldsOf, type TransactionCollection } from "./collection.ts";
import type { DataOf, Definitions, Row } from "./definition.ts";
import { rowOf } from "./view.ts";

/**
 * What a transaction is filled through. It may be filled asynchronously: when others have changed what it
 * had read before it ended, it is filled again from the beginning.
 */
export interface TransactionFace<Collections extends Definitions> {
  /** As `client.collections` is. */
  readonly collections: {
    readonly [Name in keyof Collections]: TransactionCollection<DataOf<Collections[Name]>>;
  };
}

/** The collections stand beside `collections`, too, as they did before; that goes with the next version. */
export type Transaction<Collections extends Definitions> = Omit<
  TransactionFace<Collections>["collections"],
  "collections"
> &
  TransactionFace<Collections>;

export function createTransaction<Collections extends Definitions>(
  definitions: Collections,
  draft: Draft,
  newId: () => string,
): Transaction<Collections> {
  const collections = Object.keys(definitions).map((collection) => {
    const key = (id: string) => ({ collection, id });
    const face: TransactionCollection<object> = {
      insert(record) {
        const { id = newId(), fields } = splitId(record);
        draft.add(makeIntent(key(id), "insert", fields));
        return { id };
      },
      update: (id, changed) => draft.add(makeIntent(key(id), "patch", fieldsOf(id, changed))),
      delete: (id) => draft.add(makeIntent(key(id), "delete")),
      restore: (id) => draft.add(makeIntent(key(id), "restore")),
      get: async (id): Promise<Row<object> | undefined> => rowOf(await draft.view(key(id))),
    };
    return [collection, face] as const;
  });
  // Each face has the type that its name's definition gives it.
  const faces: object = Object.fromEntries(collections);
  return { ...faces, collections: faces } as unknown as Transaction<Collections>;
}
