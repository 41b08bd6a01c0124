// The check of promises bites: it finds one without a test, and a test without one.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { promiseProblems } from "./promises.ts";

it("finds promises without a test, and tests of what nobody promised", () => {
  const root = mkdtempSync(join(tmpdir(), "syncline-promises-"));
  mkdirSync(join(root, "packages/x/src"), { recursive: true });
  writeFileSync(
    join(root, "packages/x/src/port.ts"),
    " * - [AB1] kept\n * - [AB2] forgotten\n * - [AB3] passed over\n * - [AB4] planned\n",
  );
  writeFileSync(
    join(root, "packages/x/src/port.test.ts"),
    'it("[AB1] is kept");\nit.each([1])(`[AB9] is made up`);\nit.skip("[AB3] is passed over");\n' +
      'it.skipIf(true)(\n  "[AB3] is passed over");\ntest.todo("[AB4] is planned");\n',
  );
  const problems = promiseProblems(pathToFileURL(`${root}/`));
  rmSync(root, { recursive: true });
  expect(problems.map((problem) => problem.slice(0, 5))).toEqual([
    ...["[AB2]", "[AB3]", "[AB4]", "[AB9]"],
  ]);
});
