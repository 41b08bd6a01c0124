// Every example runs, and prints what it says.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

test.each([
  [
    "quickstart.ts",
    ['1 OrderPlaced {"total":1999}', '2 OrderPaid {"by":"card"}', "pushed 2, 0 errors"],
  ],
  ["client-server.ts", ["anna has anna and ben", "ben has anna and ben"]],
  [
    "conflicts.ts",
    [
      "tea: merge (merged field by field)",
      "cup: manual_review (manual review required, prices differ)",
      'tea is {"origin":"Uji","stock":7,"title":"Green tea"}',
      'in the shop, the cup is {"price":10}',
      "0 left to review",
    ],
  ],
  ["live.ts", ["arrived: hello"]],
])(
  "%s",
  async (name, lines) => {
    const file = fileURLToPath(new URL(`./${name}`, import.meta.url));
    const { stdout } = await run(process.execPath, ["--conditions=syncline-source", file], {
      timeout: 30_000,
    });
    expect(stdout.trim().split("\n")).toEqual(lines);
  },
  60_000,
);
