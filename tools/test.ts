// npm test: runs the tests of the folder it is started in. `--long` runs the long part; everything else is Vitest's.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installBrowsers, needsAllBrowsers, untriedBrowsers } from "./browsers/installed.ts";
import { runTests } from "./gate/run-tests.ts";

const args = process.argv.slice(2);
const long = args.includes("--long");
const reports = process.env["SYNCLINE_TEST_REPORTS"];
// Runs that a test starts report for themselves.
delete process.env["SYNCLINE_TEST_REPORTS"];

const whole = args.length === (long ? 1 : 0);
const inBrowsers = whole && !long && existsSync("tests/browser");
if (inBrowsers) installBrowsers();

const { problems, passed, failed, skipped, slowest } = await runTests({
  root: process.cwd(),
  config: fileURLToPath(new URL("../vitest.config.ts", import.meta.url)),
  long,
  args: args.filter((arg) => arg !== "--long"),
  ...(reports === undefined ? {} : { report: resolve(reports, `${long ? "long" : "tests"}.json`) }),
});
if (whole) console.log(["Longest took:", ...slowest].join("\n"));
const untried = inBrowsers ? untriedBrowsers() : [];
const wrong = needsAllBrowsers() ? [...problems, ...untried] : problems;
for (const line of untried) console.log(`! ${line}`);
for (const problem of wrong) console.error(`✗ ${problem}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = wrong.length === 0 ? 0 : 1;
