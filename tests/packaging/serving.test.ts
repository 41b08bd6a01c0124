// Programs that a test starts: one that hangs is ended in time, says what it printed, and leaves no process behind.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runProgram } from "./run-program.ts";
import { serve } from "./serving.ts";

const NODE = process.execPath;
/** Starts a process that stays, tells its number, and does what else it is told. */
const parent = (then: string) => `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
  console.log("child " + child.pid);
  ${then}`;
const STAYS = "setInterval(() => {}, 1000);";
const AT = { cwd: process.cwd(), says: /at (http:\S+)/ };

function leftBy(text: string): boolean {
  const [, pid] = /child (\d+)/.exec(text) ?? [];
  expect(pid, text).toBeDefined();
  return existsSync(`/proc/${pid}/exe`);
}

async function failureOf(script: string, withinMs?: number): Promise<string> {
  const options = withinMs === undefined ? AT : { ...AT, withinMs };
  const failed = serve(NODE, ["-e", script], options).then(
    () => "it serves",
    (thrown: Error) => thrown.message,
  );
  return await failed;
}

test("one that never says where it listens is ended, with what it printed", async () => {
  const message = await failureOf(parent(STAYS), 2_000);
  expect(message).toContain("said no address within 2 s");
  expect(leftBy(message)).toBe(false);
});

test("one that ends before it listens fails with what it printed, and its processes go with it", async () => {
  const message = await failureOf(parent('console.error("no room"); process.exit(3);'));
  expect(message).toContain("ended before it said an address");
  expect(message).toContain("no room");
  expect(leftBy(message)).toBe(false);
});

test("one that does not stop when told is ended, and that is said", async () => {
  const script = parent(`process.on("SIGINT", () => {}); console.log("at http://here"); ${STAYS}`);
  const serving = await serve(NODE, ["-e", script], { ...AT, withinMs: 3_000 });
  expect(serving.url).toBe("http://here");
  await expect(serving.stop()).rejects.toThrow("did not stop within 3 s");
  expect(leftBy(serving.said())).toBe(false);
});

test("a command that hangs is ended, with what it printed", async () => {
  const outcome = await runProgram(NODE, ["-e", parent(STAYS)], AT.cwd, process.env, 2_000);
  expect(outcome.code).not.toBe(0);
  expect(outcome.output).toContain("did not end within 2 s");
  expect(leftBy(outcome.output)).toBe(false);
});

test("a command that leaves a process behind ends without it", async () => {
  const outcome = await runProgram(NODE, ["-e", parent("process.exit(0)")], AT.cwd);
  expect(outcome.code).toBe(0);
  expect(leftBy(outcome.output)).toBe(false);
});

test("a command whose child has left its group, and holds its output open, ends all the same", async () => {
  const script = parent("process.exit(0)").replace("stdio:", "detached: true, stdio:");
  const { code, output } = await runProgram(NODE, ["-e", script], AT.cwd);
  const [, pid] = /child (\d+)/.exec(output) ?? [];
  process.kill(Number(pid), "SIGKILL");
  expect(code).toBe(0);
});

test("a program that is not there is told by its name", async () => {
  const { code, output } = await runProgram("no-such-program", [], AT.cwd);
  expect(code).toBe(1);
  expect(output).toContain("no-such-program");
});
