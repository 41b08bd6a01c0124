// Finds promises without a test, and tests of promises that nobody makes.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ID = /\[([A-Z]{1,2}\d{1,2})\]/g;
/** Where promises are made: the ports, the merge policy, and the guarantees of the protocol. */
const SOURCES = [
  "packages/*/src/**/port.ts",
  "packages/*/src/ports.ts",
  "packages/core/src/merge/policy.ts",
  "docs/protocol.md",
  "docs/guide/*.md",
];
/** Where tests are; conformance suites are tests of every adapter. */
const TESTS = [
  "packages/**/*.test.ts",
  "packages/**/conformance*.ts",
  "packages/**/conformance/*.ts",
  "tests/**/*.test.ts",
];

/** A title that begins with ids, and the call that it is given to: `it(`, `test.each(…)(`, `it.skip(`. */
const TITLE =
  /(?:\b(?:it|test)((?:\.\w+)*)(?:\([^"'`]*\)\s*)?\(\s*)?[`"']((?:\[[A-Z]{1,2}\d{1,2}\]\s*)+)/g;
const NEVER_RUN = /\.(skip|skipIf|runIf|todo)\b/;

/** What is promised, and where. */
function promisesOf(root: URL): Map<string, string> {
  const promised = new Map<string, string>();
  for (const path of filesOf(root, SOURCES)) {
    for (const line of readFileSync(new URL(path, root), "utf8").split("\n")) {
      const [, id] = /^\s*(?:\*\s*)?- \**\[([A-Z]{1,2}\d{1,2})\]/.exec(line) ?? [];
      if (id !== undefined) promised.set(id, path);
    }
  }
  return promised;
}

/** What the files themselves tell; one line a problem. */
export function promiseProblems(root: URL): string[] {
  const promised = promisesOf(root);
  const tested = new Map<string, string>();
  for (const path of filesOf(root, TESTS)) {
    const text = readFileSync(new URL(path, root), "utf8");
    for (const [, chain = "", ids = ""] of text.matchAll(TITLE)) {
      if (NEVER_RUN.test(chain)) continue;
      for (const [, id = ""] of ids.matchAll(ID)) tested.set(id, path);
    }
  }
  return [
    ...[...promised]
      .filter(([id]) => !tested.has(id))
      .map(([id, path]) => `[${id}] of ${path} has no test whose title begins with it`),
    ...[...tested]
      .filter(([id]) => !promised.has(id))
      .map(([id, path]) => `[${id}] in ${path} is promised nowhere`),
  ];
}

/** What a run of all tests tells: a promise that none of the tests that passed speaks of. */
export function unprovenPromises(root: URL, passed: readonly string[]): string[] {
  const proven = new Set(passed.flatMap((name) => [...name.matchAll(ID)].map(([, id]) => id)));
  return [...promisesOf(root)]
    .filter(([id]) => !proven.has(id))
    .map(([id, path]) => `[${id}] of ${path} was proven by no test that passed.`);
}

function filesOf(root: URL, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) =>
    globSync(pattern, { cwd: fileURLToPath(root), exclude: ["**/node_modules/**", "**/dist/**"] }),
  );
}
