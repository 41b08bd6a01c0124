// The last word of CI: reads the reports of all parts, whatever their commands ended with, and counts.
// node verdict.ts STATUS REPORT…

import { untriedBrowsers } from "../browsers/installed.ts";
import { problemsOf } from "./judge.ts";
import { countTests, readReport } from "./report.ts";

const [status, ...paths] = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const problems = status === "0" ? [] : ["One of the steps above failed."];
if (paths.length === 0) problems.push("There is no report to judge.");
for (const path of paths) {
  const report = readReport(path);
  // Which tests may be skipped and which files there are is judged by the run itself, whose status is known here.
  problems.push(...problemsOf(report, { status: 0, skipped: [] }));
  if (typeof report === "string") continue;
  const { passed, failed } = countTests(report);
  total.passed += passed;
  total.failed += failed;
}
for (const line of untriedBrowsers()) console.log(`! ${line}`);
for (const problem of problems) console.log(`✗ ${problem}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
