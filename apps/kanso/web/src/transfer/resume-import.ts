// Looks for an import that was under way when the app was closed. What goes on with it is loaded only then.

import { IMPORT_KEY } from "../data/import-state.ts";
import type { KansoClient } from "../data/open.ts";

export function resumeImport(client: KansoClient): void {
  if (localStorage.getItem(IMPORT_KEY) === null) return;
  import("./import-job.ts").then(
    ({ goOnWithImport }) => goOnWithImport(client),
    () => undefined, // its code is not here, and comes with the network: the next time goes on
  );
}
