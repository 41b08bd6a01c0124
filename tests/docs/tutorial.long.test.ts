// The tutorial, followed: its files are put into a new app one page after the other, and after each page the app is right
// by its types and passes the tests that the page gives it. In the end it is built as it is deployed.

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { scaffold } from "create-syncline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../packaging/run-program.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
/** A block with a file's name behind its language: the whole file, or a change of it. */
const BLOCK = /^```(\w+) (\S+)\n([\s\S]*?)^```/gm;
const pages = readdirSync(`${root}docs/tutorial`)
  .sort()
  .map((page) => ({ page, text: readFileSync(`${root}docs/tutorial/${page}`, "utf8") }))
  // The first one makes the app, and the last one deploys it: they change nothing.
  .filter(({ text }) => text.match(BLOCK) !== null);
/** Takes the packages from their sources, and nothing of this repository's own settings. */
const CONFIG = `import react from "@vitejs/plugin-react";
const source = { conditions: ["syncline-source", "module", "browser", "development|production"] };
export default {
  plugins: [react()],
  resolve: source,
  ssr: { resolve: { conditions: ["syncline-source", "module", "node", "development|production"] } },
  build: { target: "es2023" },
  test: { testTimeout: 900_000, hookTimeout: 900_000 },
};
`;

let folder: string;

beforeAll(async () => {
  // Inside of the repository, so that the packages are found.
  folder = await mkdtemp(`${here}.run-`);
  await scaffold(folder, { name: "board", framework: "react", signIn: "accounts" });
  await writeFile(join(folder, "vite.config.js"), CONFIG);
  const path = join(folder, "tsconfig.json");
  const settings = JSON.parse(await readFile(path, "utf8"));
  Object.assign(settings.compilerOptions, {
    customConditions: ["syncline-source"],
    // The packages' sources are looked at, too: as the repository does.
    lib: ["ES2024", "DOM", "DOM.Iterable", "ESNext.Disposable"],
    exactOptionalPropertyTypes: true,
  });
  await writeFile(path, JSON.stringify(settings));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program of the repository in the new app. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { code, output } = await runProgram(
    process.execPath,
    ["--conditions=syncline-source", join(root, "node_modules", program), ...args],
    folder,
  );
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** What a file is after a change: lines that go begin with `-`, lines that come with `+`. */
function change(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const side = (other: string) =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const parts = text.split(side("+"));
  expect(parts, `one place for\n${diff}`).toHaveLength(2);
  return parts.join(side("-"));
}

test.each(pages)(
  "$page leaves an app that is right by its types and passes its tests",
  async ({ text }) => {
    const tests: string[] = [];
    for (const [, language, path = "", code = ""] of text.matchAll(BLOCK)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      const whole = language === "diff" ? change(await readFile(file, "utf8"), code) : code;
      await writeFile(file, whole);
      if (path.startsWith("tests/")) tests.push(path);
    }
    expect(tests).toHaveLength(1);
    expect(await run("typescript/bin/tsc")).toBe("");
    const said = await run("vitest/vitest.mjs", "run", "--root", ".", "--no-color");
    for (const path of tests) expect(said).toContain(`✓ ${path}`);
  },
);

test("three pages change the app, and the app that is done is built as it is deployed", async () => {
  expect(pages).toHaveLength(3);
  await run("vite/bin/vite.js", "build", "--logLevel", "warn");
  expect(await readFile(join(folder, "dist/index.html"), "utf8")).toContain("<title>Board</title>");
});
