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
  writeFileSync(join(root, "packages/x/src/port.ts"), " * - [AB1] kept\n * - [AB2] forgotten\n");
  writeFileSync(
    join(root, "packages/x/src/port.test.ts"),
    'it("[AB1] is kept");\nit.each([1])(`[AB9] is made up`);\n',
  );
  const problems = promiseProblems(pathToFileURL(`${root}/`));
  rmSync(root, { recursive: true });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("[AB2]");
  expect(problems[1]).toContain("[AB9]");
});
