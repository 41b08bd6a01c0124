// The guide "From the Go Sync Kit", followed to the letter: a log of the original's making behind its endpoints, the guide's
// commands, managers of the original that go on, and the way back.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { EventStore } from "@syncline/kit";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { openSqliteStore } from "@syncline/kit/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnvironment } from "../../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { createGoManager } from "./go-manager.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GUIDE = readFileSync(join(ROOT, "docs/guide/from-go-sync-kit.md"), "utf8");
const COMMANDS = [...GUIDE.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, command = ""]) => command);
const EVENTS = 1_234;

let folder: string;
let databases: SharedDatabase[];
let original: Server;
let originalStore: EventStore;
let originalUrl: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kit-guide-"));
  databases = [];
  const path = join(folder, "original.db");
  fillOriginal(path);
  originalStore = await openSqliteStore({ path });
  original = createServer(toNodeListener(createSyncHandler({ store: originalStore })));
  await once(original.listen(0, "127.0.0.1"), "listening");
  const { port } = original.address() as AddressInfo; // it listens on a port
  originalUrl = `http://127.0.0.1:${port}/sync`;
});
afterEach(async () => {
  if (running !== undefined && running.exitCode === null) {
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }
  running = undefined;
  original.closeAllConnections();
  original.close();
  await originalStore.close();
  for (const one of databases) one.close();
  await rm(folder, { recursive: true, force: true });
});

/** The table as the original makes and fills it. */
function fillOriginal(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(`CREATE TABLE events (version INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    aggregate_id TEXT NOT NULL, event_type TEXT NOT NULL, data TEXT, metadata TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    BEGIN`);
  const add = db.prepare(
    "INSERT INTO events (id, aggregate_id, event_type, data, metadata) VALUES (?, ?, 'Sold', ?, ?)",
  );
  for (let i = 1; i <= EVENTS; i++)
    add.run(`e${i}`, `a${i % 7}`, `{"n":${i},"text":"\\u003c${i}"}`, i % 2 === 0 ? "null" : "{}");
  db.exec("COMMIT");
  db.close();
}

/** Runs a command of the guide, with this machine's places in it. */
function start(command: string, { more = "", env = {} }: { more?: string; env?: object }) {
  const here = command
    .replace(
      "npm run syncline --",
      "exec node --conditions=syncline-source packages/server/src/cli/bin.ts",
    )
    .replace("npm exec -- node", "node")
    .replace(/\bSTORE=\S+/, `STORE=${folder}/move.db`)
    .replaceAll(/\b(FROM|TO|FROM_TOKEN|TO_TOKEN)=\S+/g, '$1="$HERE_$1"');
  const child = spawn("bash", ["-c", `${here} ${more}`], {
    cwd: ROOT,
    env: bareEnvironment({ ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += String(text)));
  child.stderr.on("data", (text) => (said.err += String(text)));
  return { child, said };
}

async function run(command: string, options: Parameters<typeof start>[1]) {
  const { child, said } = start(command, options);
  const [code] = await once(child, "close");
  return { code, ...said };
}

describe.each([
  { name: "SQLite", target: async () => "" },
  {
    name: "PostgreSQL",
    async target() {
      const made = await sharedDatabase();
      databases.push(made);
      return `--database-url ${made.url}`;
    },
  },
])("into $name", ({ target }) => {
  test("managers in Go go on where they were, and back", async () => {
    expect(COMMANDS).toHaveLength(4);
    const [serving = "", tokens = "", moving = "", back = ""] = COMMANDS;
    // One that has everything, and one that was not here for a while.
    const [till, kitchen] = [createGoManager(originalUrl), createGoManager(originalUrl)];
    const first = await kitchen.pull();
    await till.sync();
    while ((await till.pull()) > 0);
    expect([first, till.ids().length]).toEqual([1_000, EVENTS]);

    const data = `--data ${folder}/data`;
    const server = start(serving, { more: `--port 0 ${data} ${await target()}` });
    running = server.child;
    const { said } = server;
    await expect.poll(() => said.out + said.err, { timeout: 600_000 }).toMatch(/\/kit\/\{space\}/);
    const base = /(http:\S+\/kit\/)\{space\}/.exec(said.out)?.[1] ?? "";
    const url = `${base}shop`;
    const issued = await run(tokens, { more: data });
    expect(issued).toMatchObject({ code: 0, err: "" });
    const token = issued.out.trim();

    const forth = { HERE_FROM: originalUrl, HERE_TO: url, HERE_TO_TOKEN: token };
    expect(await run(moving, { env: forth })).toEqual({
      ...{ code: 0, err: "" },
      out: `read ${EVENTS}, wrote ${EVENTS}, refused 0\npositions: ${EVENTS} and ${EVENTS}\n`,
    });
    // The original went on meanwhile.
    till.write("late");
    expect(await till.sync()).toEqual({ pulled: 0, pushed: 1, errors: [] });
    const moved = EVENTS + 1;
    expect(await run(moving, { env: forth })).toMatchObject({
      ...{ code: 0, out: `read 1, wrote 1, refused 0\npositions: ${moved} and ${moved}\n` },
    });

    till.moveTo(url);
    expect((await till.sync()).errors).toEqual([
      expect.stringContaining("401"),
      expect.stringContaining("401"),
    ]);
    till.moveTo(url, token);
    kitchen.moveTo(url, token);
    till.write("here");
    expect(await till.sync()).toEqual({ pulled: 0, pushed: 1, errors: [] });
    expect(await kitchen.pull()).toBe(moved + 1 - first);
    expect(kitchen.ids()).toEqual(till.ids());

    const home = { HERE_FROM: url, HERE_FROM_TOKEN: token, HERE_TO: originalUrl };
    expect(await run(back, { env: home })).toMatchObject({
      ...{ code: 0, out: `read 1, wrote 1, refused 0\npositions: ${moved + 1} and ${moved + 1}\n` },
    });
    till.moveTo(originalUrl);
    till.write("home");
    expect(await till.sync()).toEqual({ pulled: 0, pushed: 1, errors: [] });
    const kept: string[] = [];
    for await (const { event } of originalStore.load(null)) kept.push(event.id);
    expect(kept).toEqual(till.ids());
  });

  test("what cannot be copied is named, and the positions say that it was not", async () => {
    const [serving = "", tokens = "", moving = ""] = COMMANDS;
    await originalStore.close();
    const db = new DatabaseSync(join(folder, "original.db"));
    db.exec(`UPDATE events SET id = '${"x".repeat(1_025)}' WHERE version = 3`);
    db.close();
    originalStore = await openSqliteStore({ path: join(folder, "original.db") });
    original.removeAllListeners("request");
    original.on("request", toNodeListener(createSyncHandler({ store: originalStore })));
    const data = `--data ${folder}/data`;
    const server = start(serving, { more: `--port 0 ${data} ${await target()}` });
    running = server.child;
    await expect.poll(() => server.said.out, { timeout: 600_000 }).toMatch(/\/kit\/\{space\}/);
    const base = /(http:\S+\/kit\/)\{space\}/.exec(server.said.out)?.[1] ?? "";
    const token = (await run(tokens, { more: data })).out.trim();
    const env = { HERE_FROM: originalUrl, HERE_TO: `${base}shop`, HERE_TO_TOKEN: token };
    expect(await run(moving, { env })).toEqual({
      code: 1,
      err: expect.stringContaining("not copied: xxx"),
      out: `read ${EVENTS - 1}, wrote ${EVENTS - 1}, refused 1\npositions: ${EVENTS} and ${EVENTS - 1}\n`,
    });
  });
});
