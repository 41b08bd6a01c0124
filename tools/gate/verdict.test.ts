// The last word of CI bites: a status of 0 does not hide what a report says, nor that there is none.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const VERDICT = fileURLToPath(new URL("./verdict.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "syncline-verdict-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const test = (state: string) => ({ name: "it", state, ms: 1 });
const report = (...states: string[]) => ({
  files: [{ path: "a.test.ts", project: "unit", state: "x", errors: [], tests: states.map(test) }],
  unhandled: [],
  reason: "passed",
});

function verdict(status: string, ...texts: readonly string[]) {
  const paths = texts.map((text, i) => {
    const path = join(folder, `${i}.json`);
    writeFileSync(path, text);
    return path;
  });
  const ended = spawnSync(process.execPath, [VERDICT, status, ...paths], { encoding: "utf8" });
  return { status: ended.status, lastLine: ended.stdout.trimEnd().split("\n").at(-1) };
}

const green = JSON.stringify(report("passed", "passed"));

it("adds up the parts and says nothing else in its last line", () => {
  expect(verdict("0", green, green)).toEqual({ status: 0, lastLine: "4 passed, 0 failed" });
});

it("says which browsers nothing was tried in, before that line", () => {
  const path = join(folder, "one.json");
  writeFileSync(path, green);
  const env = { ...process.env, FIREFOX: "/nowhere/firefox", WEBKIT_DRIVER: "/nowhere/driver" };
  const { stdout } = spawnSync(process.execPath, [VERDICT, "0", path], { encoding: "utf8", env });
  expect(stdout.trimEnd().split("\n")).toEqual([
    expect.stringContaining("! Not tried in Firefox: it is not installed."),
    expect.stringContaining("! Not tried in WebKit: it is not installed."),
    "2 passed, 0 failed",
  ]);
});

it.each<[string, string, string[], string]>([
  ["a failed step", "1", [green], "2 passed, 0 failed"],
  ["no report", "0", [], "0 passed, 0 failed"],
  ["a truncated report", "0", [green, green.slice(0, -9)], "2 passed, 0 failed"],
  ["an empty report", "0", [green, ""], "2 passed, 0 failed"],
  ["a failed test", "0", [JSON.stringify(report("passed", "failed"))], "1 passed, 1 failed"],
  ["a test that did not end", "0", [JSON.stringify(report("pending"))], "0 passed, 1 failed"],
  ["nothing that ran", "0", [JSON.stringify({ ...report(), files: [] })], "0 passed, 0 failed"],
  [
    "an error outside of tests",
    "0",
    [JSON.stringify({ ...report("passed"), unhandled: ["Error: late"] })],
    "1 passed, 1 failed",
  ],
])("is red for %s", (_what, status, texts, lastLine) => {
  expect(verdict(status, ...texts)).toEqual({ status: 1, lastLine });
});
