// The guide "From mana", followed to the letter: a log of the original's making in a real PostgreSQL, the guide's commands, and
// old devices, with their tokens, cursors and what they kept back.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dexie } from "dexie";
import { IDBKeyRange, indexedDB } from "fake-indexeddb";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnvironment } from "../../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { openUnifiedClient } from "./unified-client.ts";
import type { WireAnswer } from "./wire.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GUIDE = readFileSync(join(ROOT, "docs/guide/from-mana.md"), "utf8");
const COMMANDS = [...GUIDE.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, command = ""]) => command);
const BIN = join(ROOT, "packages/server/src/cli/bin.ts");
/** Rows of the log before the devices were last there, and all of them. */
const SEEN = 300;
const ROWS = 400;
const BEGUN_MS = Date.UTC(2026, 4, 1, 8);

let folder: string;
let databases: SharedDatabase[];
let source: pg.Client | undefined;
let keys: Server;
let token: string;
let running: ChildProcess | undefined;

async function database(): Promise<string> {
  const made = await sharedDatabase();
  databases.push(made);
  return made.url;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mana-guide-"));
  databases = [];
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
  const key = { ...(await exportJWK(publicKey)), kid: "k1" };
  // A day is longer than any run of this test.
  token = await new SignJWT({ sub: "anna" })
    .setProtectedHeader({ alg: "EdDSA", kid: "k1" })
    .setExpirationTime("1d")
    .sign(privateKey);
  keys = createServer((_request, response) => response.end(JSON.stringify({ keys: [key] })));
  await once(keys.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  if (running !== undefined && running.exitCode === null) {
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }
  running = undefined;
  keys.closeAllConnections();
  keys.close();
  await source?.end();
  source = undefined;
  for (const one of databases) one.close();
  await rm(folder, { recursive: true, force: true });
});

/** When the original received a row: five microseconds after the row before it. */
const receivedAt = (row: number) =>
  `${new Date(BEGUN_MS).toISOString().slice(0, 19)}.${String(row * 5).padStart(6, "0")}Z`;

/** The original's table. */
async function makeLog(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE TABLE sync_changes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), app_id text NOT NULL, table_name text NOT NULL, record_id text NOT NULL,
    user_id text NOT NULL, op text NOT NULL, data jsonb, field_meta jsonb DEFAULT '{}', client_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), schema_version int NOT NULL DEFAULT 1, actor jsonb, origin text, space_id text);
    CREATE INDEX ON sync_changes (user_id, app_id, created_at)`);
  return client;
}

/** Writes rows of the log: a record of each number in turn, first inserted, then edited by another device. */
async function write(client: pg.Client, from: number, to: number): Promise<void> {
  for (let row = from; row < to; row++) {
    const record = Math.floor(row / 2);
    const isInsert = row % 2 === 0;
    const at = new Date(BEGUN_MS - 60_000 + row).toISOString();
    await client.query(
      `INSERT INTO sync_changes (app_id, table_name, user_id, record_id, op, data, field_meta, client_id, created_at)
        VALUES ('todo', 'tasks', 'anna', $1, $2, $3, $4, $5, $6)`,
      [
        `k${record}`,
        isInsert ? "insert" : "update",
        isInsert ? { title: `task ${record}`, done: false, createdAt: at } : { done: true },
        isInsert ? {} : { done: at },
        isInsert ? "phone" : "laptop",
        receivedAt(row),
      ],
    );
  }
}

/** Runs a command of the guide, with this machine's places in it. */
function start(
  command: string,
  { url, target }: { readonly url: string; readonly target: string },
) {
  const { port } = keys.address() as AddressInfo; // it listens on a port
  const here = command
    .replace("npx syncline", `exec node --conditions=syncline-source ${BIN}`)
    .replace(/postgres:\S+/, url)
    .replace("localhost:3001", `127.0.0.1:${port}`)
    .replace("--port 3050", "--port 0");
  const child = spawn("bash", ["-c", `${here} ${target}`], {
    cwd: folder,
    env: bareEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += String(text)));
  child.stderr.on("data", (text) => (said.err += String(text)));
  return { child, said };
}

async function run(command: string, places: Parameters<typeof start>[1]) {
  const { child, said } = start(command, places);
  const [code] = await once(child, "close");
  return { code, ...said };
}

describe.each([
  { name: "SQLite", target: async () => "--data here" },
  {
    name: "PostgreSQL",
    target: async () => `--database-url ${await database()} --data here`,
  },
])("into $name", ({ target }) => {
  test("old devices go on: their token, their cursor, what they kept back, and back again", async () => {
    expect(COMMANDS).toHaveLength(4);
    const [dryRun = "", importing = "", serving = "", refused = ""] = COMMANDS;
    const places = { url: await database(), target: await target() };
    source = await makeLog(places.url);
    await write(source, 0, SEEN);
    const looked = await run(dryRun, places);
    expect([looked.code, looked.err, looked.out]).toEqual([
      0,
      "",
      expect.stringMatching(/rows +300\n(?:.*\n)*Nothing was imported/),
    ]);
    expect(await run(importing, places)).toMatchObject({
      code: 0,
      out: expect.stringContaining("Imported 300 rows into 1 spaces: 150 records"),
    });
    // What was written until the original stopped.
    await write(source, SEEN, ROWS);
    const last = await run(importing, places);
    expect([last.code, last.out]).toEqual([0, expect.stringContaining(": 200 records")]);
    const again = await run(importing, places);
    const digestOf = (text: string) => /digest ([0-9a-f]+)/.exec(text)?.[1];
    expect([again.code, digestOf(again.out)]).toEqual([0, digestOf(last.out)]);

    const server = start(serving, places);
    running = server.child;
    const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(server.said.out)?.[0];
    await expect.poll(address, { timeout: 300_000 }).toBeDefined();
    const url = address() ?? "";

    // A device that was last there when the first rows were: it is given what came since, and nothing of before.
    const since = receivedAt(SEEN - 1);
    const headers = { authorization: `Bearer ${token}`, "x-client-id": "tablet" };
    const query = new URLSearchParams({ collection: "tasks", since });
    const news = await fetch(`${url}/sync/todo/pull?${query}`, { headers });
    const { serverChanges } = (await news.json()) as WireAnswer;
    expect(serverChanges.map(({ id }) => id).sort()).toEqual(
      Array.from({ length: (ROWS - SEEN) / 2 }, (_, n) => `k${SEEN / 2 + n}`).sort(),
    );
    const stranger = await fetch(`${url}/sync/todo/pull?${query}`);
    expect(stranger.status).toBe(401);

    // Two devices with the original's newer client: one has its cursor of then, and an edit that it kept back.
    const common = { app: "todo", url, token, collections: ["tasks"], indexedDB, IDBKeyRange };
    const name = `phone ${folder}`;
    const held = new Dexie(name, { indexedDB, IDBKeyRange });
    held.version(1).stores({ records: "key, collection", pending: "++seq", cursors: "collection" });
    await held.table("cursors").put({ collection: "tasks", at: since });
    held.close();
    const phone = await openUnifiedClient({ ...common, name, clientId: "phone" });
    const laptop = await openUnifiedClient({
      ...common,
      name: `laptop ${folder}`,
      clientId: "laptop",
    });
    try {
      await phone.update("tasks", "k1", { title: "kept back" });
      await phone.insert("tasks", "new", { title: "new" });
      expect(await phone.push(true)).toBe(0); // the answer got lost
      expect(await phone.push()).toBe(200);
      expect(await phone.pendingCount()).toBe(0);
      await phone.pull();
      const own = await phone.all("tasks");
      expect(own.size).toBe((ROWS - SEEN) / 2 + 2);
      await laptop.pull();
      const all = await laptop.all("tasks");
      expect(all.size).toBe(ROWS / 2 + 1);
      expect(all.get("k1")).toMatchObject({ title: "kept back", done: true });
      expect(all.get("new")).toMatchObject({ title: "new" });
    } finally {
      await phone.close();
      await laptop.close();
    }
    expect(await run(refused, places)).toMatchObject({ code: 0 });
    // The way back: the original's log is as it was.
    const { rows } = await source.query("SELECT count(*)::int AS count FROM sync_changes");
    expect(rows).toEqual([{ count: ROWS }]);
  });
});
