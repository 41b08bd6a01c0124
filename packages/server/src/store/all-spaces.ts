// Walks over the spaces of a store, page by page.

import type { SpaceHead, Store } from "./port.ts";

/** Whether the server keeps the space for itself: the API keys lie in one. */
export function isServersOwn(space: string): boolean {
  return space.startsWith(".");
}

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
