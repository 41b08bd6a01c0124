// Runs the tests in a process of their own, under the eyes of this one: it judges the report, not the runner's word, and
// looks for what was left behind.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { unprovenPromises } from "../promises.ts";
import { problemsOf, type Skip } from "./judge.ts";
import { openRunFolder, type Run, sweep } from "./left-over.ts";
import { type Counts, countTests, passedTests, readReport, slowestFiles } from "./report.ts";
import { REPORT_VARIABLE } from "./reporter.ts";

export interface TestRun {
  /** The folder whose tests are run. */
  readonly root: string;
  readonly config: string;
  /** The long part, instead of the one that is run again and again. */
  readonly long: boolean;
  /** For the runner; a run with arguments need not be of everything. */
  readonly args: readonly string[];
  /** Where the report is kept; it goes with the run where left out. */
  readonly report?: string;
}

export interface Verdict extends Counts {
  /** One line each; none when all is well. */
  readonly problems: readonly string[];
  /** The files that took longest, one line each. */
  readonly slowest: readonly string[];
}

const LONG = ".long.test.ts";
const SLOWEST = 12;
const VITEST = join(
  dirname(createRequire(import.meta.url).resolve("vitest/package.json")),
  "vitest.mjs",
);

export async function runTests(options: TestRun): Promise<Verdict> {
  const folder = openRunFolder();
  const path = options.report ?? join(folder, "report.json");
  const { status, run, release } = await runVitest(options, folder, path);
  const report = readReport(path);
  const whole = options.args.length === 0;
  const problems = problemsOf(report, {
    status,
    skipped: skipsOf(options.root),
    ...(whole ? { files: testFiles(options) } : {}),
  });
  if (whole && !options.long && typeof report !== "string") {
    problems.push(...unprovenPromises(pathToFileURL(`${options.root}/`), passedTests(report)));
  }
  const left = (await sweep(run)).filter((line) => !line.endsWith(": report.json"));
  release();
  const counts =
    typeof report === "string" ? { passed: 0, failed: 0, skipped: 0 } : countTests(report);
  return {
    ...counts,
    problems: [...problems, ...left.map((line) => `Left behind. ${line}`)],
    slowest: typeof report === "string" ? [] : slowestFiles(report, SLOWEST),
  };
}

interface Ended {
  readonly status: number;
  readonly run: Run;
  /** Lets go of the one that would sweep if this process could not. */
  release(): void;
}

async function runVitest(options: TestRun, folder: string, report: string): Promise<Ended> {
  const { root, config, long, args } = options;
  mkdirSync(dirname(report), { recursive: true });
  const child = spawn(
    process.execPath,
    [
      "--conditions=syncline-source",
      VITEST,
      "run",
      `--root=${root}`,
      `--config=${config}`,
      `--project=${long ? "long*" : "!long*"}`,
      "--reporter=default",
      `--reporter=${fileURLToPath(new URL("./reporter.ts", import.meta.url))}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, TMPDIR: folder, [REPORT_VARIABLE]: report },
      detached: true, // a session of its own, by which its processes are known
    },
  );
  const run: Run = { folder, ...(child.pid === undefined ? {} : { session: child.pid }) };
  const undertaker = spawn(
    process.execPath,
    [fileURLToPath(new URL("./undertaker.ts", import.meta.url)), folder, String(child.pid)],
    { stdio: ["pipe", "ignore", "ignore"], detached: true },
  );
  undertaker.unref();
  // Not in this process's group any more: it has to be told.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", pass);
  process.on("SIGTERM", pass);
  const [code] = await once(child, "exit");
  process.off("SIGINT", pass);
  process.off("SIGTERM", pass);
  const release = () => undertaker.stdin.end();
  return { status: typeof code === "number" ? code : 1, run, release };
}

/**
 * Every file that is a test by its name, whether a project of the runner includes it or not. What `npm create` copies is run
 * where it was copied to (tests/packaging/starter.long.test.ts).
 */
function testFiles({ root, long }: TestRun): string[] {
  return globSync("**/*.test.{ts,tsx}", {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist|\.git|template)$/.test(String(path)),
  })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(LONG) === long);
}

function skipsOf(root: string): Skip[] {
  const path = join(root, "tests/skipped.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Skip[]) : []; // our own file
}
