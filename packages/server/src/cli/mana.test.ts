// syncline mana refused: what was refused of a push is shown to the operator, and forgotten when he says so.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manaDialect } from "../dialects/mana/index.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestServer } from "../testing/start-server.ts";
import { runCommand } from "./run-command.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-mana-cli-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = "";
  const code = await runCommand(["mana", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => undefined },
    stdin: Readable.from([""]),
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  return { code, out };
}

async function push(changes: readonly object[], limits = {}): Promise<number> {
  const store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  const server = { dialects: [manaDialect({ limits })] };
  await using started = await startTestServer({ store, server });
  const body = JSON.stringify({ clientId: "laptop", changes });
  return (await started.call("anna", "/sync/todo", { method: "POST", body })).status;
}

const insert = (id: string, text: string) => ({ table: "tasks", id, op: "insert", data: { text } });

test("a change that was refused is shown once, with who sent what and why, and its content; the limit is an option", async () => {
  const changes = [insert("small", "x"), insert("large", "y".repeat(3_000))];
  for (let i = 0; i < 2; i += 1) expect(await push(changes, { recordBytes: 2_000 })).toBe(200);
  const { code, out } = await run("refused");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^\S+ {2}user anna, app todo, device laptop: insert of tasks\/large \(\d+ bytes\): A record holds at most 2000 bytes\. .*\n$/,
  );
  const shown = JSON.parse((await run("refused", "--json")).out) as { content: string };
  expect(JSON.parse(shown.content)).toMatchObject({ id: "large", op: "insert" });
  expect((await run("refused", "--clear")).out).toContain("Forgot 1.");
  expect((await run("refused")).out).toBe("No change was refused.\n");
  expect(await push(changes)).toBe(200);
  expect((await run("refused")).out).toBe("No change was refused.\n");
});

test("a verb that is none is told so", async () => {
  expect((await run("accepted")).code).toBe(2);
});
