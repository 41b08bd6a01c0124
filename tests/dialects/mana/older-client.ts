// The original's small client with the same grip as its newer one. Whose a record is stands in the record alone.

import { openLocalStore } from "./local-store.ts";
import type { UnifiedClient, UnifiedClientOptions } from "./unified-client.ts";

/** What the client keeps for itself. */
const OWN = new Set(["createdAt", "updatedAt", "deletedAt"]);
/** As good as never. */
const NEVER_MS = 600_000;

export async function openOlderClient(options: UnifiedClientOptions): Promise<UnifiedClient> {
  const store = await openLocalStore({
    ...options,
    pushDebounceMs: NEVER_MS,
    pullIntervalMs: NEVER_MS,
  });
  return {
    insert: (collection, id, fields, spaceId) =>
      store.insert(collection, id, { ...fields, ...(spaceId === undefined ? {} : { spaceId }) }),
    update: (collection, id, fields) => store.update(collection, id, { ...fields }),
    delete: (collection, id) => store.delete(collection, id),
    async all(collection) {
      const alive = (await store.all(collection)).filter(({ deletedAt }) => !deletedAt);
      return new Map(
        alive.map((record) => [
          record.id,
          Object.fromEntries(Object.entries(record).filter(([name]) => !OWN.has(name))),
        ]),
      );
    },
    pendingCount: store.pendingCount,
    async push(isLost = false) {
      try {
        await store.push(isLost);
        return isLost ? 0 : 200;
      } catch (thrown) {
        return Number(/^\d{3}/.exec(thrown instanceof Error ? thrown.message : "")?.[0] ?? 0);
      }
    },
    pull: store.pull,
    async close() {
      await store.close();
    },
  };
}
