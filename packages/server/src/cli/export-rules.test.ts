// A space that is exported and imported keeps its access rules: a copy without them would be open to all its members.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMemoryBus } from "../bus/memory.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { createEngine } from "../engine/create-engine.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { runCommand } from "./run-command.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-rules-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function syncline(...args: readonly string[]) {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([]),
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

async function withEngine<Result>(
  work: (engine: ReturnType<typeof createEngine>) => Promise<Result>,
) {
  await using store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  return await work(
    createEngine({
      store,
      bus: createMemoryBus(),
      apps: [],
      openApps: true,
      environment: systemEngineEnvironment(),
    }),
  );
}

it("[AC2] rules go out with the records, come in once, and hold", async () => {
  expect((await syncline("keys", "create", "olga")).code).toBe(0); // makes the database
  const rule = { user: "ana", item: "todos.*", action: "read", type: "allow" } as const;
  await withEngine(async (engine) => {
    const address = { app: "todo", name: "home" };
    const options = { userId: "olga", clientId: "c1", space: "todo/home" };
    const client = createRawClient({ engine, now: () => Date.now() }, options);
    await client.push(client.change("put", "todos", "t1", { title: "Milk" }));
    await engine.addRules({ userId: "olga" }, address, [{ id: "r1", rule }]);
  });
  expect((await syncline("export", "todo/home", "home.ndjson")).code).toBe(0);
  for (const written of ["Imported 2 ", "All of it was imported before"])
    expect((await syncline("import", "todo/copy", "home.ndjson")).out).toContain(written);
  expect((await syncline("import", "todo/copy", "home.ndjson", "--again")).code).toBe(0);
  await withEngine(async (engine) => {
    const operator = { userId: "operator", operator: true } as const;
    const rules = await engine.rules(operator, { app: "todo", name: "copy" });
    expect(rules).toMatchObject([{ id: "r1", rule }]);
  });
  expect((await syncline("export", "todo/home", "--plain")).out).toBe(
    '{"id":"t1","title":"Milk"}\n',
  );
});

it("a rule that is none is named by its line", async () => {
  const fields = { user: "a*b", item: "*", action: "*", type: "allow" };
  const line = JSON.stringify({ collection: ".acl", id: "r1", stamp: 1, fields });
  await writeFile(join(cwd, "bad.ndjson"), `${line}\n`);
  const { code, err } = await syncline("import", "todo/copy", "bad.ndjson");
  expect([code, err]).toEqual([
    1,
    expect.stringContaining("line 1: user pattern can have at most"),
  ]);
});
