// npm run test:mutants: plants small faults one at a time in the parts of areas.ts, runs their tests, and writes REPORT.md.
// Stryker is installed for it beside the workspace: nobody else needs its hundred packages.

import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AREAS, type Area } from "./areas.ts";
import { type AreaResult, readReport, reportPage, type StrykerReport, scoreOf } from "./report.ts";
import { sampleLines } from "./sample.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const STRYKER = `${here}stryker/`;
const root = fileURLToPath(new URL("../../", import.meta.url));

const { values } = parseArgs({
  options: {
    area: { type: "string", multiple: true },
    share: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "2" },
    /** Mutants in what a module does when it is loaded, too: each takes a run of all tests of its part. */
    static: { type: "boolean", default: false },
    /** Keeps nothing of what it finds. */
    trial: { type: "boolean", default: false },
  },
});
const share = Number(values.share);
if (!(share > 0 && share <= 1)) throw new Error("--share is above 0 and at most 1.");
const names = values.area ?? AREAS.map(({ name }) => name);
const unknown = names.filter((name) => AREAS.every((area) => area.name !== name));
if (unknown.length > 0) {
  const known = AREAS.map(({ name }) => name).join(", ");
  throw new Error(`No such area: ${unknown.join(", ")}. There are ${known}.`);
}

function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}.`);
}

function sourcesOf({ sources }: Area) {
  return sources
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .filter((path) => !/\.test\.ts$|conformance\.ts$|\/testing\/|-fixture\.ts$/.test(path))
    .sort()
    .map((path) => ({ path, lines: readFileSync(`${root}${path}`, "utf8").split("\n").length }));
}

function lineOf(file: string, line: number): string {
  return readFileSync(`${root}${file}`, "utf8").split("\n")[line - 1] ?? "";
}

function mutate(area: Area): AreaResult {
  mkdirSync(`${root}artifacts/mutation`, { recursive: true });
  const json = `artifacts/mutation/${area.name.replace(" ", "-")}.json`;
  const config = `${root}artifacts/mutation-config.json`;
  writeFileSync(
    config,
    JSON.stringify({
      packageManager: "npm",
      testRunner: "vitest",
      plugins: ["@stryker-mutator/vitest-runner"],
      vitest: { configFile: "tools/mutation/vitest.config.ts" },
      coverageAnalysis: "perTest",
      ignoreStatic: !values.static,
      mutate: sampleLines(sourcesOf(area), share, values.seed),
      // Words are not behaviour: the tests of errors ask for codes and paths.
      mutator: { excludedMutations: ["StringLiteral"] },
      reporters: ["json", "progress-append-only"],
      jsonReporter: { fileName: json },
      tempDirName: "artifacts/stryker",
      concurrency: Number(values.concurrency),
      // What builds come and go in is not copied: it could be gone by then.
      ignorePatterns: ["data", "artifacts", "**/dist", "**/.dist-*", "**/.run-*", "docs/site"],
      // TypeScript 7 has no compiler to rewrite it with; and nothing in it needs to be.
      tsconfigFile: "tools/mutation/no-tsconfig.json",
      timeoutMS: 30_000,
    }),
  );
  run(
    process.execPath,
    [`${STRYKER}node_modules/@stryker-mutator/core/bin/stryker.js`, "run", config],
    {
      MUTATION_TESTS: JSON.stringify(area.tests),
    },
  );
  const report: StrykerReport = JSON.parse(readFileSync(`${root}${json}`, "utf8"));
  return readReport(area, { share, seed: values.seed }, report, lineOf);
}

const RESULTS = `${here}results.json`;
const kept: readonly AreaResult[] = existsSync(RESULTS)
  ? JSON.parse(readFileSync(RESULTS, "utf8"))
  : [];
const explained: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(`${here}equivalent.json`, "utf8"),
);
const results = new Map(kept.map((result) => [result.area, result]));
if (!existsSync(`${STRYKER}node_modules`))
  run("npm", ["ci", "--prefix", STRYKER, "--legacy-peer-deps"]);
let missed = 0;
for (const area of AREAS.filter(({ name }) => names.includes(name))) {
  const result = mutate(area);
  results.set(area.name, result);
  // After each: a long run that is ended keeps what it found.
  const ordered = AREAS.flatMap(({ name }) => results.get(name) ?? []);
  if (!values.trial) {
    writeFileSync(RESULTS, `${JSON.stringify(ordered, undefined, 2)}\n`);
    writeFileSync(`${here}REPORT.md`, reportPage(ordered, explained));
  }
  const score = scoreOf(result, explained);
  if (score < area.goal) missed++;
  console.log(`${area.name}: ${score.toFixed(1)} % of a goal of ${area.goal} %`);
}
process.exitCode = missed === 0 || values.trial ? 0 : 1;
