// The records that refused writes are about, as the device has them now.

import type { InboxEntry } from "@syncline/client";
import type { KansoClient } from "../data/open.ts";
import { keyOf, type Look } from "./decision.ts";
import type { Fields } from "./field-groups.ts";

export async function lookUp(
  { collections }: Pick<KansoClient, "collections">,
  inbox: readonly InboxEntry[],
): Promise<Look> {
  const found = new Map<string, Fields>();
  const wanted = new Map(
    inbox.flatMap(({ mutation }) => mutation.changes.map((change) => [keyOf(change), change])),
  );
  for (const [key, { collection, id }] of wanted) {
    const row = await collections[collection as keyof typeof collections]?.get(id); // the app's own names
    if (row !== undefined) found.set(key, { ...row });
  }
  return (collection, id) => found.get(keyOf({ collection, id }));
}
