// npm run pages: writes the generated pages of docs/. `-- --check` only says which of them are out of date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { commandsPage } from "./commands-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";

/** What each page has to be, by its path. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "docs/commands.md": commandsPage,
  "docs/errors.md": errorsPage,
  "docs/configuration.md": configurationPage,
};

/** The pages of a repository that are not as they would be written, with their text. */
export function outdatedPages(root: URL): { readonly path: string; readonly text: string }[] {
  return Object.entries(PAGES)
    .map(([path, write]) => ({ path, text: write() }))
    .filter(({ path, text }) => readFileSync(new URL(path, root), "utf8") !== text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL("../", import.meta.url);
  const { values } = parseArgs({ options: { check: { type: "boolean" } } });
  // What is right already is not written again: somebody may be reading it.
  for (const { path, text } of outdatedPages(root)) {
    if (values.check) process.exitCode = 1;
    else writeFileSync(new URL(path, root), text);
    console.log(
      `${path} ${values.check ? "is out of date: npm run pages writes it" : "was written"} anew.`,
    );
  }
}
