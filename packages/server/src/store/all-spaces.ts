// Walks over the spaces of a store, page by page.

import type { SpaceHead, Store } from "./port.ts";

/** All spaces of the store, or of one app, in the order of their names. */
export async function* allSpaces(
  store: Pick<Store, "spaces">,
  app?: string,
): AsyncGenerator<SpaceHead> {
  for (let after = ""; ; ) {
    const page = await store.spaces({ after, limit: 100, ...(app === undefined ? {} : { app }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.space;
  }
}
