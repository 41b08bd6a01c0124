// The four imports, in short: generated databases of the originals, each into two new folders and once more into the first.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bareEnvironment } from "./bare-environment.ts";

const BENCH = fileURLToPath(new URL("../bench/run.ts", import.meta.url));
const ROWS = 1_000;

test("imports of one database are equal, and what comes again writes nothing", async () => {
  const args = ["--conditions=syncline-source", BENCH, "imports"];
  const env = bareEnvironment({ IMPORT_ROWS: String(ROWS) });
  // It ends with an error where digests differ, or something was written again.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  for (const name of ["mana", "simple", "kanso", "kit"])
    expect(stdout).toMatch(
      new RegExp(`imports\\.${name}: \\d+ rows/s \\(1,000 rows, digest [0-9a-f]{16} each`),
    );
});
