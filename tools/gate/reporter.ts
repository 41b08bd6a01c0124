// Writes the report of a run. Vitest's own JSON report says nothing of errors outside of tests.

import { renameSync, writeFileSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Reporter, SerializedError, TestModule, Vitest } from "vitest/node";
import type { FileReport, Report } from "./report.ts";

/** Where the report goes: set by whoever starts the runner. */
export const REPORT_VARIABLE = "SYNCLINE_TEST_REPORT";

export default class GateReporter implements Reporter {
  #root = "";

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: string,
  ): void {
    const path = process.env[REPORT_VARIABLE];
    if (path === undefined) throw new Error(`${REPORT_VARIABLE} does not say where to report to.`);
    const report: Report = {
      files: modules.map((module) => fileReport(module, this.#root)),
      unhandled: unhandled.map(textOf),
      reason,
    };
    // A report is there as a whole or not at all.
    writeFileSync(`${path}.part`, JSON.stringify(report));
    renameSync(`${path}.part`, path);
  }
}

function fileReport(module: TestModule, root: string): FileReport {
  const { setupDuration, collectDuration, duration } = module.diagnostic();
  return {
    ms: Math.round(setupDuration + collectDuration + duration),
    path: relative(root, module.moduleId).split(sep).join("/"),
    project: module.project.name,
    state: module.state(),
    errors: [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ].map(textOf),
    tests: [...module.children.allTests()].map((test) => ({
      name: test.fullName,
      state: test.result().state,
      ms: Math.round(test.diagnostic()?.duration ?? 0),
    })),
  };
}

function textOf(error: { readonly message?: string; readonly stack?: string }): string {
  return error.stack ?? error.message ?? String(error);
}
