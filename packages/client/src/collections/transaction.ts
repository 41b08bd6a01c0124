// Transactions: several writes that become one mutation, committed all or none.

import type { DraftView } from "../space-client.ts";
import type { TransactionCollection } from "./collection.ts";
import { type DataOf, type Definitions, type Row, splitId } from "./definition.ts";
import { rowOf } from "./view.ts";

export type Transaction<Collections extends Definitions> = {
  readonly [Name in keyof Collections]: TransactionCollection<DataOf<Collections[Name]>>;
};

export function createTransaction<Collections extends Definitions>(
  definitions: Collections,
  draft: DraftView,
  newId: () => string,
): Transaction<Collections> {
  const collections = Object.keys(definitions).map((collection) => {
    const face: TransactionCollection<object> = {
      insert(record) {
        const { id = newId(), fields } = splitId(record);
        draft.add({ collection, id, op: "insert", fields });
        return { id };
      },
      update: (id, changed) =>
        draft.add({ collection, id, op: "patch", fields: splitId(changed).fields }),
      delete: (id) => draft.add({ collection, id, op: "delete" }),
      restore: (id) => draft.add({ collection, id, op: "restore" }),
      get: async (id): Promise<Row<object> | undefined> =>
        rowOf(await draft.view({ collection, id })),
    };
    return [collection, face] as const;
  });
  // Each face has the type that its name's definition gives it.
  return Object.fromEntries(collections) as unknown as Transaction<Collections>;
}
