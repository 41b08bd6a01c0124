// The outbox of a space in its object store.

import type { OutboxEntry } from "../port.ts";
import type { Transaction } from "./schema.ts";

export function outboxOf(tx: Transaction, space: string): Promise<OutboxEntry[]> {
  return tx.of("outbox").getAll(ofSpace(space));
}

export async function putOutbox(
  tx: Transaction,
  space: string,
  entries: readonly OutboxEntry[],
): Promise<void> {
  const outbox = tx.of("outbox");
  await Promise.all(entries.map((entry) => outbox.put(entry, [space, entry.mutation.id])));
}

export async function clearOutbox(tx: Transaction, space: string): Promise<void> {
  await tx.of("outbox").delete(ofSpace(space));
}

function ofSpace(space: string): IDBKeyRange {
  return IDBKeyRange.bound([space], [space, []]);
}
