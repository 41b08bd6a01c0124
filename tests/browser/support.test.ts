// What is built for browsers names nothing that the oldest ones do not have.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findUnsupported, type Source } from "../../tools/browser-support.ts";
import { bundle } from "../../tools/bundle.ts";

/** Of others' code only what is named by its owner: fields of React's are called as those of elements are. */
const named = (sources: readonly Source[]) =>
  findUnsupported(sources).filter(({ name }) => !name.startsWith("."));

const ROOT = new URL("../../", import.meta.url);

const BUILT = [
  ...["apps/kanso/web", "examples/board", "examples/chores", "examples/todo"].map(
    (app) => `${app}/dist`,
  ),
  "packages/server/console",
];

test.each(BUILT)("the built files of %s need no newer browser than we say", (folder) => {
  const files = globSync(`${folder}/**/*.js`, { cwd: fileURLToPath(ROOT) });
  expect(files.length).toBeGreaterThan(0);
  const sources = files.map((file) => ({
    file,
    text: readFileSync(new URL(file, ROOT), "utf8"),
  }));
  expect(named(sources)).toEqual([]);
});

test("the packages for browsers need no newer one than we say", async () => {
  const entries = [
    "client",
    "client/indexeddb",
    "client/react",
    "client/accounts",
    "client/spaces",
  ];
  const names = [...entries, "client/simple", "client/devtools", "kit", "kit/indexeddb"];
  const entry = names.map((name, i) => `import * as p${i} from "@syncline/${name}";`).join("\n");
  const { chunks } = await bundle(
    `${entry}\nglobalThis.all = [${names.map((_, i) => `p${i}`)}];`,
    ROOT,
  );
  const sources = chunks.map(({ fileName, code }) => ({ file: fileName, text: code }));
  expect(named(sources)).toEqual([]);
});
