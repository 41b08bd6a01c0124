// What a run of the tests tells: every file, every test, and every error that belongs to none of them.

import { readFileSync } from "node:fs";

export interface Report {
  readonly files: readonly FileReport[];
  /** Errors outside of any test: promises that nobody awaited, exceptions of timers. */
  readonly unhandled: readonly string[];
  /** How Vitest says that it ended. */
  readonly reason: string;
}

export interface FileReport {
  /** From the root of the run, with `/`. */
  readonly path: string;
  readonly project: string;
  readonly state: string;
  /** Errors of the file itself: it could not be imported, or a hook around its tests threw. */
  readonly errors: readonly string[];
  readonly tests: readonly TestReport[];
  /** What reading it, its hooks and its tests took together. */
  readonly ms: number;
}

export interface TestReport {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped" | "pending";
  readonly ms: number;
}

/** @returns the report, or a sentence about why there is none */
export function readReport(path: string): Report | string {
  try {
    const report = JSON.parse(readFileSync(path, "utf8")) as Partial<Report>; // checked below
    if (Array.isArray(report.files) && Array.isArray(report.unhandled)) return report as Report;
    return `The report of the tests is not whole: ${path}`;
  } catch (thrown) {
    return `There is no report that can be read; the runner ended before it wrote one: ${thrown}`;
  }
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file whose own code failed counts as one failed test; so does each error outside of tests. */
export function countTests(report: Report): Counts {
  const states = report.files.flatMap(({ tests }) => tests.map(({ state }) => state));
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  const filesThatFailed = report.files.filter(({ errors }) => errors.length > 0).length;
  return {
    passed: count("passed"),
    failed: count("failed") + count("pending") + filesThatFailed + report.unhandled.length,
    skipped: count("skipped"),
  };
}

/** The names of the tests that passed. */
export function passedTests(report: Report): string[] {
  return report.files.flatMap(({ tests }) =>
    tests.filter(({ state }) => state === "passed").map(({ name }) => name),
  );
}

/** The files that took longest, with their seconds. */
export function slowestFiles({ files }: Report, count: number): string[] {
  return files
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ path, ms }) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${path}`);
}
