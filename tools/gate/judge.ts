// Says what is wrong with a run of the tests. A run is right when nothing is: the runner's own status is one word of many.

import type { Report } from "./report.ts";

export interface Expectations {
  /** The status with which the runner ended. */
  readonly status: number;
  /** Files that have to be in the report; nothing where the caller chose files or tests. */
  readonly files?: readonly string[];
  /** Tests that may be skipped. */
  readonly skipped: readonly Skip[];
}

/** A test that is known to be skipped. */
export interface Skip {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

/** One line a problem; none when the run may be believed. */
export function problemsOf(report: Report | string, expected: Expectations): string[] {
  const problems: string[] = [];
  if (expected.status !== 0) problems.push(`The runner ended with status ${expected.status}.`);
  if (typeof report === "string") return [...problems, report];
  if (report.reason !== "passed") problems.push(`The run is said to have ${report.reason}.`);
  for (const error of report.unhandled) problems.push(`An error outside of any test: ${error}`);
  for (const { path, errors, tests } of report.files) {
    for (const error of errors) problems.push(`${path} failed outside of its tests: ${error}`);
    if (tests.length === 0) problems.push(`${path} has no test that was found.`);
    for (const { name, state } of tests) {
      if (state === "failed") problems.push(`${path} > ${name} failed.`);
      if (state === "pending") problems.push(`${path} > ${name} did not end.`);
    }
  }
  const states = report.files.flatMap(({ tests }) => tests.map(({ state }) => state));
  if (!states.includes("passed")) problems.push("No test passed.");
  if (expected.files !== undefined) problems.push(...wholeRun(report, expected.files, expected));
  return problems;
}

/** What only a run of everything can be asked for. */
function wholeRun(report: Report, files: readonly string[], { skipped }: Expectations): string[] {
  const ran = new Set(report.files.map(({ path }) => path));
  const missing = files.filter((path) => !ran.has(path));
  const keyOf = (file: string, name: string) => `${file} > ${name}`;
  const allowed = new Map(skipped.map((skip) => [keyOf(skip.file, skip.name), skip.reason]));
  const skips = report.files.flatMap(({ path, tests }) =>
    tests.filter(({ state }) => state === "skipped").map(({ name }) => keyOf(path, name)),
  );
  const mine = new Set(files);
  return [
    ...missing.map((path) => `${path} was not run.`),
    ...skips
      .filter((key) => !allowed.get(key)?.trim())
      .map((key) => `${key} was skipped without a reason in tests/skipped.json.`),
    ...[...allowed.keys()]
      .filter((key) => mine.has(key.split(" > ", 1)[0] ?? "") && !skips.includes(key))
      .map((key) => `${key} is in tests/skipped.json, but was not skipped.`),
  ];
}
