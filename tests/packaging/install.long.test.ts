// npm ci in a clone, with the oldest Node that the README allows in the shell: a newcomer reads no warning.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { installNode } from "./node.ts";
import { PATIENT, plainEnv, runProgram } from "./run-program.ts";

vi.setConfig(PATIENT);

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What npm ci would print, without doing it. */
async function dryRun(nodeFolder: string, ...flags: string[]): Promise<string> {
  const path = [nodeFolder, process.env["PATH"]].join(delimiter);
  const env = { ...plainEnv(), PATH: path };
  const { code, output } = await runProgram("npm", ["ci", "--dry-run", ...flags], root, env);
  expect([code, output]).toEqual([0, expect.any(String)]);
  return output;
}

const warnings = (output: string) =>
  output.split("\n").filter((line) => /^npm (?!notice)/.test(line));

test("npm ci says nothing about Node 20, which runs nothing here", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-install-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const node20 = await installNode("20.19.0", folder);
  expect(warnings(await dryRun(node20))).toEqual([]);
  // Were it asked to speak, it would: this is the Node that it warns of.
  expect(warnings(await dryRun(node20, "--loglevel=warn")).join("\n")).toContain("EBADENGINE");
});

test("what is kept quiet there is looked at here: with the Node that runs everything nothing is warned of", async () => {
  expect(warnings(await dryRun(dirname(process.execPath), "--loglevel=warn"))).toEqual([]);
});
