// Every command that the documents name or package.json has, and how a test runs it.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Command =
  /** Runs to its end, which is 0. */
  | { readonly type: "ends"; readonly args: readonly string[]; readonly says: RegExp }
  /** Serves at an address that it prints, until it is told to stop. */
  | {
      readonly type: "serves";
      readonly args: readonly string[];
      readonly says: RegExp;
      readonly env?: (folder: string) => NodeJS.ProcessEnv;
    }
  /** Another file runs it, by these words. */
  | { readonly type: "elsewhere"; readonly file: string; readonly words: string };

export const ROOT = new URL("../../", import.meta.url);
/** In arguments: a folder that the test makes and removes. */
export const FOLDER = "{folder}";

const ends = (says: RegExp, ...args: string[]): Command => ({ type: "ends", args, says });
const elsewhere = (file: string, words: string): Command => ({ type: "elsewhere", file, words });
const example = (name: string): Command => ({
  type: "serves",
  args: ["run", `example:${name}`],
  says: /(http:\/\/localhost:\d+)/,
  env: (folder) => ({ PORT: "0", DATA: folder }),
});

/** By the word after `npm` or `npm run`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ci: elsewhere(".ci/run", "npm ci"),
  exec: elsewhere("examples/kit/examples.test.ts", "quickstart.ts"),
  test: elsewhere(".ci/run", "npm test"),
  check: elsewhere(".ci/run", "npm run check"),
  verdict: elsewhere(".ci/run", "npm run --silent verdict"),
  start: elsewhere("tests/start.test.ts", '"start"'),
  build: elsewhere("tools/pack.ts", '"build"'),
  pack: elsewhere("tests/packaging/shared-tarballs.ts", '"pack"'),
  format: elsewhere("tests/commands/format.long.test.ts", '"format"'),
  "test:long": elsewhere("package.json", '"test:long"'),
  syncline: ends(/Usage: syncline/, "run", "syncline", "--", "--help"),
  size: ends(/client \d+ bytes gzip/, "run", "size"),
  docs: elsewhere("tests/docs/site.long.test.ts", '"docs"'),
  pages: ends(/> pages/, "run", "pages"),
  // The seed is fixed: what another one finds is a fault, and none of the change that is looked at.
  fuzz: ends(/slowest answer/, ..."run fuzz -- --minutes 0.1 --seed 12".split(" ")),
  // On a sample this small no share is asked for.
  "test:mutants": ends(
    /auth: [\d.]+ %/,
    ..."run test:mutants -- --area auth --share 0.01 --trial".split(" "),
  ),
  simulate: ends(/3 seeds in .* 0 failed/, "run", "simulate", "--", "--seeds", "3"),
  nemesis: ends(/1 runs passed/, "run", "nemesis", "--", "--seconds", "5", "--clients", "20"),
  // Whether a limit is met is not asked here: beside other tests no speed is.
  bench: ends(/[✓✗ ] [\w.-]*live-?query[\w.-]*: [\d.]+ /i, "run", "bench", "--", "live-query"),
  "kanso:fill": ends(
    /syncline\.db: \d+ MiB/,
    ..."run kanso:fill -- --users 2 --habits 2 --days 7 --data".split(" "),
    FOLDER,
  ),
  "kanso:screenshots": ends(/\.png/, "run", "kanso:screenshots", "--", "week-390-light"),
  "console:screenshots": ends(/\.png/, "run", "console:screenshots", "--", "spaces-390-light"),
  "example:board": example("board"),
  "example:todo": example("todo"),
  "example:chores": example("chores"),
  "example:cities": ends(
    // Three equal digests, and records that are the same text.
    /server +digest (\w+) +(\d+ records +sha256 \w+)\n +rome +digest \1 +\2\n +oslo +digest \1 +\2\n\nequal\n/,
    "run",
    "example:cities",
  ),
  dev: {
    type: "serves",
    args: ["run", "dev", "-w", "@syncline/kanso-web"],
    says: /(http:\/\/localhost:\d+)/,
    // Nothing asks it for more than its page.
    env: () => ({ KANSO_URL: "http://127.0.0.1:9" }),
  },
};

const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/**/*.md",
  "{packages,examples}/*/README.md",
  "apps/**/README.md",
  "bench/*.md",
];

/** The words after `npm` and `npm run` in all documents. */
export function namedCommands(): Set<string> {
  const cwd = fileURLToPath(ROOT);
  const paths = DOCUMENTS.flatMap((pattern) =>
    globSync(pattern, { cwd, exclude: ["**/node_modules/**"] }),
  );
  return new Set(
    paths.flatMap((path) =>
      [
        ...readFileSync(new URL(path, ROOT), "utf8").matchAll(
          /\bnpm (?:run ([\w:-]+)|(start|test|ci|exec)\b)/g,
        ),
      ].map(([, run, own]) => run ?? own ?? ""),
    ),
  );
}

/** The scripts of the workspace. */
export function scripts(): Set<string> {
  const text = readFileSync(new URL("package.json", ROOT), "utf8");
  return new Set(Object.keys((JSON.parse(text) as { scripts: object }).scripts)); // our own file
}
