// npm run check: types, style and layers, dead code, packaging, promises with their tests, generated pages.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { unsupportedSources } from "./browser-support.ts";
import { configurationPage } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";
import { promiseProblems } from "./promises.ts";
import { measureClient } from "./size.ts";

interface Step {
  readonly name: string;
  /** What is wrong; nothing when all is well. */
  run(): string | undefined | Promise<string | undefined>;
}

const root = new URL("../", import.meta.url);

/** A step that runs a program of node_modules/.bin. */
function program(name: string, command: string, ...args: string[]): Step {
  return {
    name,
    run() {
      const { status, stdout, stderr } = spawnSync("npx", ["--no-install", command, ...args], {
        cwd: root,
        encoding: "utf8",
      });
      return status === 0 ? undefined : `${stdout}${stderr}`;
    },
  };
}

function pageStep(path: string, page: () => string): Step {
  return {
    name: path,
    run: () =>
      readFileSync(new URL(path, root), "utf8") === page()
        ? undefined
        : `${path} is out of date: npm run pages writes it anew.`,
  };
}

const STEPS: readonly Step[] = [
  program("types of the packages", "tsc", "-b", "--force"),
  program("types of everything else", "tsc", "-p", "tsconfig.check.json"),
  program("types of Kanso's service worker", "tsc", "-p", "apps/kanso/web/tsconfig.worker.json"),
  program(
    "style, layers and purity",
    "biome",
    "ci",
    "--colors=off",
    "--diagnostic-level=error",
    ".",
  ),
  program("dead code", "knip"),
  program("packaging of core", "publint", "packages/core"),
  program("packaging of client", "publint", "packages/client"),
  program("packaging of create-syncline", "publint", "packages/create-syncline"),
  program("packaging of kit", "publint", "packages/kit"),
  program("packaging of server", "publint", "packages/server"),
  {
    name: "promises and their tests",
    run() {
      const problems = promiseProblems(root);
      return problems.length === 0 ? undefined : problems.join("\n");
    },
  },
  {
    name: "what the oldest browsers have",
    run() {
      const found = unsupportedSources(root);
      return found.length === 0
        ? undefined
        : found.map(({ file, line, name }) => `${file}:${line}: ${name}`).join("\n");
    },
  },
  {
    name: "size of the client in a browser",
    async run() {
      const { note, problem } = await measureClient(root);
      console.log(`     ${note}`);
      return problem;
    },
  },
  pageStep("docs/errors.md", errorsPage),
  pageStep("docs/configuration.md", configurationPage),
];

let failed = 0;
for (const { name, run } of STEPS) {
  const started = performance.now();
  const problem = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problem === undefined ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (problem === undefined) continue;
  failed += 1;
  console.log(problem.trimEnd().replace(/^/gm, "     "));
}
process.exitCode = failed === 0 ? 0 : 1;
