// A package's README as strangers read it: its links lead to the repository, wherever the text is shown.

import { statSync } from "node:fs";
import { join, normalize } from "node:path";
import { type Publication, repositoryHome } from "./manifest.ts";

const LINK = /\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g;

/** @throws Error where a link leads to nothing */
export function absoluteLinks(
  text: string,
  { root, directory, workspace }: Publication & { readonly root: string },
): string {
  return text.replace(LINK, (_link, target: string, anchor = "") => {
    const path = normalize(join(directory, target)).replace(/(?:^\.?\/|\/$)/, "");
    const kind = statSync(join(root, path)).isDirectory() ? "tree" : "blob";
    return `](${repositoryHome(workspace)}/${kind}/main/${path}${anchor})`;
  });
}
