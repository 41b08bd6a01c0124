// The keys of all users, page by page: for whoever runs the server.

import type { Store } from "../store/port.ts";
import { type KeyFields, SPACE, type UnseenKeyFields } from "./key-records.ts";
import type { KeyInfo } from "./key-store.ts";

const MAX_BYTES = 2 ** 20;

export interface KeyPage {
  readonly keys: readonly KeyInfo[];
  /** Where the next page begins; null after the last one. */
  readonly next: number | null;
}

/**
 * Keys in the order in which their records were written last: made, or noted to be used. One that is used while somebody
 * reads comes again.
 * @param query.after `next` of the page before; 0 for the first
 */
export async function allKeys(
  store: Pick<Store, "page">,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<KeyPage> {
  const page = await store.page({
    ...{ space: SPACE, after, limit, maxBytes: MAX_BYTES },
    ...{ tombstonesAfter: Number.MAX_SAFE_INTEGER, collections: ["keys"], separator: "," },
  });
  if (page === undefined) return { keys: [], next: null };
  // Nobody else writes to this space.
  const records = JSON.parse(`[${page.changes}]`) as {
    readonly fields: KeyFields | UnseenKeyFields;
  }[];
  const keys = records.map(({ fields: { uuid, user, description, ...rest } }) => ({
    ...{ uuid, user, description, scopes: rest.scopes },
    createdAtMs: rest.createdAtMs,
    lastUsedAtMs: rest.lastUsedAtMs,
    expiresAtMs: rest.expiresAtMs,
  }));
  return { keys, next: page.more ? page.stamp : null };
}
