// Writes a new app: the template's parts for what was chosen, with the app's name in them.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Choices, FRAMEWORKS, manifestOf, nameProblem } from "./choices.ts";

const TEMPLATE = fileURLToPath(new URL("../template/", import.meta.url));

/**
 * Writes a new app into a folder.
 * @param folder the new app's; made where it is not there
 * @returns the paths that were written, from the folder
 * @throws {Error} where the name is none, or the folder holds something
 */
export async function scaffold(folder: string, choices: Choices): Promise<string[]> {
  const problem = nameProblem(choices.name);
  if (problem !== undefined) throw new Error(problem);
  await mkdir(folder, { recursive: true });
  const held = (await readdir(folder)).filter((name) => name !== ".git");
  if (held.length > 0)
    throw new Error(
      `${folder} is not empty: it holds ${held.slice(0, 3).join(", ")}. Name another folder.`,
    );

  const { name, framework, signIn } = choices;
  const { app, extension } = FRAMEWORKS[framework];
  const words: Readonly<Record<string, string>> = {
    NAME: name,
    TITLE: titleOf(name),
    EXT: extension,
    APP: app,
    ACCOUNTS_ARGS: signIn === "accounts" ? ', "--accounts"' : "",
  };
  const written: string[] = [];
  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    written.push(path);
  }

  for (const part of ["common", framework, signIn]) {
    const from = join(TEMPLATE, part);
    for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name).slice(from.length + 1);
      const text = await readFile(join(from, path), "utf8");
      // npm leaves out files whose names begin with a dot: they bear an underscore until now.
      await write(
        path.replace(/^_/, "."),
        text.replaceAll(/__([A-Z_]+?)__/g, (found, word) => words[word] ?? found),
      );
    }
  }
  const { version } = JSON.parse(
    await readFile(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string }; // our own file
  await write("package.json", `${JSON.stringify(manifestOf(choices, version), null, 2)}\n`);
  return written.sort();
}

/** `shopping-list` is "Shopping list". */
function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
