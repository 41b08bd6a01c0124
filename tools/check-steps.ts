// What npm run check asks: types, style and layers, dead code, packaging, promises with their tests, generated pages,
// and that the documentation mentions everything that is public.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unsupportedSources } from "./browser-support.ts";
import { outdatedPages } from "./pages.ts";
import { promiseProblems } from "./promises.ts";
import { documentationProblems } from "./reference/documentation.ts";
import { measureClient } from "./size.ts";

export interface Step {
  readonly name: string;
  /** What is wrong; nothing when all is well. */
  run(): string | undefined | Promise<string | undefined>;
}

const BIN = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));

/** What is asked of a repository. Its packages have to be built before they are looked at, which is the first step. */
export function checkSteps(root: URL): Step[] {
  /** A step that runs a program of node_modules/.bin. */
  function program(name: string, command: string, ...args: string[]): Step {
    return {
      name,
      run() {
        // Colours come with CI, and would lie between the words.
        const env = { ...process.env, NO_COLOR: "1" };
        const said = spawnSync(BIN + command, args, { cwd: root, env, encoding: "utf8" });
        if (said.status === 0) return undefined;
        return `${said.stdout}${said.stderr}${said.error ?? ""}`;
      },
    };
  }
  const packages = readdirSync(new URL("packages", root)).sort();
  return [
    program("types of the packages", "tsc", "-b", "--force"),
    program("types of everything else", "tsc", "-p", "tsconfig.check.json"),
    program("types of Kanso's service worker", "tsc", "-p", "apps/kanso/web/tsconfig.worker.json"),
    program(
      "style, layers and purity",
      "biome",
      ...["ci", "--colors=off", "--diagnostic-level=error", "."],
    ),
    program("dead code", "knip"),
    ...packages.map((name) => program(`packaging of ${name}`, "publint", `packages/${name}`)),
    { name: "promises and their tests", run: () => lines(promiseProblems(root)) },
    {
      name: "what the oldest browsers have",
      run: () =>
        lines(unsupportedSources(root).map(({ file, line, name }) => `${file}:${line}: ${name}`)),
    },
    { name: "everything public is documented", run: () => lines(documentationProblems(root)) },
    {
      name: "size of the client and the console in a browser",
      async run() {
        const { note, problem } = await measureClient(root);
        console.log(`     ${note}`);
        return problem;
      },
    },
    {
      name: "generated pages",
      run() {
        const paths = outdatedPages(root).map(({ path }) => path);
        if (paths.length === 0) return undefined;
        return `Out of date: ${paths.join(", ")}. npm run pages writes them anew.`;
      },
    },
  ];
}

function lines(problems: readonly string[]): string | undefined {
  return problems.length === 0 ? undefined : problems.join("\n");
}

/** Runs all of them, whatever is found, and says what is. @returns how many found something */
export async function runSteps(
  steps: readonly Step[],
  say: (line: string) => void,
): Promise<number> {
  let failed = 0;
  for (const step of steps) {
    const started = performance.now();
    const problem = await problemOf(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${problem === undefined ? "ok  " : "FAIL"} ${step.name} (${seconds} s)`);
    if (problem === undefined) continue;
    failed += 1;
    say(problem.trimEnd().replace(/^/gm, "     "));
  }
  return failed;
}

async function problemOf(step: Step): Promise<string | undefined> {
  try {
    return await step.run();
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.stack}` : String(thrown);
  }
}
