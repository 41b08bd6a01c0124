// Finds the blocks of code in the documents.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Block {
  /** `README.md:42` */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const root = new URL("../../", import.meta.url);
const DOCUMENTS = ["README.md", "docs/**/*.md", "packages/*/README.md", "apps/*/README.md"];

/** All blocks of the documents, in their order. */
export function readBlocks(): Block[] {
  const paths = DOCUMENTS.flatMap((pattern) =>
    globSync(pattern, {
      cwd: fileURLToPath(root),
      exclude: ["**/node_modules/**", "docs/reference/**"],
    }),
  );
  return paths.flatMap((path) => {
    const text = readFileSync(new URL(path, root), "utf8");
    return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
      ({ index, 1: language = "", 2: code = "" }) => ({
        place: `${path}:${text.slice(0, index).split("\n").length}`,
        language,
        code,
      }),
    );
  });
}

/** What a block says that it prints: `console.log(…); // 200`, up to a colon if the comment goes on. */
export function shownBy(code: string): string[] {
  return [...code.matchAll(/\bconsole\.log\(.*\);? \/\/ (.+)$/gm)].map(([, comment = ""]) =>
    comment.replace(/: .*$/, "").trim(),
  );
}
