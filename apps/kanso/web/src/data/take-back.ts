// Steps of undo that belong together are taken back together.

import type { KansoClient } from "./open.ts";

/** How the labels of an import's transactions begin; each import has its own. */
export const IMPORT_LABEL = "import ";

/** Takes back everything of one label, from its last transaction to its first. */
export async function takeBack(
  { history }: Pick<KansoClient, "history">,
  label: string,
): Promise<void> {
  while (history.state.getSnapshot().undoLabel === label) await history.undo()?.local;
}
