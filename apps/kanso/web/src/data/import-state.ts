// How an import stands that goes on whatever page is shown.

import { createSource } from "./source.ts";

export type ImportState =
  | { readonly name: "none" }
  /** @property share 0–1 */
  | { readonly name: "write"; readonly share: number }
  | { readonly name: "undo" }
  | { readonly name: "done"; readonly habits: number; readonly entries: number }
  /** It was stopped and taken back, or taken back after it was done. */
  | { readonly name: "back"; readonly wasDone: boolean }
  | { readonly name: "failed"; readonly thrown: unknown };

export const importState = createSource<ImportState>({ name: "none" });

/** Set as long as an import is under way: it is looked for when the app is opened anew. */
export const IMPORT_KEY = "kanso.import";
export const IMPORT_DATABASE = "kanso-import";

/** Nothing of an import stays on the device. */
export function forgetImport(): void {
  localStorage.removeItem(IMPORT_KEY);
  indexedDB.deleteDatabase(IMPORT_DATABASE);
}
