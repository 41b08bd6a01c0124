// What the documents name and what the workspace has is what a test runs: a new command fails here until one does.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS, namedCommands, ROOT, scripts } from "./commands.ts";

/** npm's own, and a script of Kanso's web app. */
const NO_SCRIPTS = ["ci", "dev", "exec"];

test("every command that is written down is run by a test, and every one that there is", () => {
  const named = namedCommands();
  expect(named.size).toBeGreaterThan(12);
  const all = new Set([...named, ...scripts()]);
  expect([...all].sort()).toEqual(Object.keys(COMMANDS).sort());
});

test("every command that is written down is there", () => {
  const there = new Set([...scripts(), ...NO_SCRIPTS]);
  expect([...namedCommands()].filter((name) => !there.has(name))).toEqual([]);
});

test("what another file runs is in that file", () => {
  for (const [name, command] of Object.entries(COMMANDS)) {
    if (command.type !== "elsewhere") continue;
    const { file, words } = command;
    expect([name, readFileSync(new URL(file, ROOT), "utf8").includes(words)]).toEqual([name, true]);
  }
});
