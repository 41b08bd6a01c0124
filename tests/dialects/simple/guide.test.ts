// The guide "From simple-sync", followed to the letter: the original's file, the guide's commands, old clients before and after.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnvironment } from "../../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { uuidAt, type WireEvent } from "./fixture.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GUIDE = readFileSync(join(ROOT, "docs/guide/from-simple-sync.md"), "utf8");
const COMMANDS = [...GUIDE.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, command = ""]) => command);
const BIN = join(ROOT, "packages/server/src/cli/bin.ts");
const ANA_KEY = `sk_${"a".repeat(43)}`;
/** As the original keeps it, at the lowest cost. */
const ANA_HASH = "$2b$04$4lEtdcao9HKRDqR/wokV0u9yFpBSdkCkFBi9v2QaZG32yuEu4SvXO";
const SECOND = 1_760_000_000;

let folder: string;
let databases: SharedDatabase[];
let running: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "simple-guide-"));
  databases = [];
});
afterEach(async () => {
  await stop();
  running = undefined;
  for (const one of databases) one.close();
  await rm(folder, { recursive: true, force: true });
});

const eventAt = (second: number, change: Partial<WireEvent> = {}): WireEvent => ({
  uuid: uuidAt(second),
  timestamp: second,
  user: "member.ana",
  item: "list.shop",
  action: "add",
  payload: "{}",
  ...change,
});

/** As the original makes its file, which stays open until it is stopped. */
async function openOriginal(): Promise<DatabaseSync> {
  await mkdir(join(folder, "data"));
  const db = new DatabaseSync(join(folder, "data/simple-sync.db"));
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE user (id TEXT PRIMARY KEY, created_at DATETIME NOT NULL);
    CREATE TABLE event (uuid TEXT PRIMARY KEY, timestamp INTEGER NOT NULL, user TEXT NOT NULL,
      item TEXT NOT NULL, action TEXT NOT NULL, payload TEXT);
    CREATE TABLE api_key (uuid TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id),
      key_hash TEXT NOT NULL UNIQUE, created_at DATETIME NOT NULL, last_used_at DATETIME, description TEXT);
    CREATE TABLE setup_token (token TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id),
      expires_at DATETIME NOT NULL, used_at DATETIME NOT NULL);
    CREATE TABLE acl_rule (user TEXT, item TEXT, action TEXT, type TEXT,
      PRIMARY KEY (user, item, action, type));
    PRAGMA user_version = 1`);
  const at = "2025-10-03 08:00:00+00:00";
  db.prepare("INSERT INTO user VALUES (?, ?)").run("member.ana", at);
  const key = db.prepare("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?)");
  key.run(uuidAt(SECOND), "member.ana", ANA_HASH, at, null, "Ana's phone");
  db.exec("INSERT INTO acl_rule VALUES ('member.*', 'list.*', '*', 'allow')");
  return db;
}

function insert(db: DatabaseSync, { uuid, timestamp, user, item, action, payload }: WireEvent) {
  db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)").run(
    ...[uuid, timestamp, user, item, action, payload],
  );
}

/** Starts a command of the guide in the original's folder. */
function start(command: string, target: string) {
  const here = command
    .replace("npx syncline", `exec node --conditions=syncline-source ${BIN}`)
    .replace("--port 8080", "--port 0");
  const child = spawn("bash", ["-c", `${here} ${target}`], {
    cwd: folder,
    env: bareEnvironment({ ENVIRONMENT: "development", DB_PATH: "data/simple-sync.db" }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += String(text)));
  child.stderr.on("data", (text) => (said.err += String(text)));
  return { child, said };
}

async function run(command: string, target: string) {
  const { child, said } = start(command, target);
  const [code] = await once(child, "close");
  return { code, ...said };
}

async function stop(): Promise<void> {
  if (running === undefined || running.exitCode !== null) return;
  const ended = once(running, "exit");
  running.kill("SIGTERM");
  await ended;
}

/** Starts a server, in the place of the one before. */
async function serve(command: string, target: string) {
  await stop();
  const { child, said } = start(command, target);
  running = child;
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(said.out)?.[0];
  await expect.poll(address, { timeout: 300_000 }).toBeDefined();
  return { url: address() ?? "", said };
}

describe.each([
  { name: "SQLite", made: async () => "--data here" },
  {
    name: "PostgreSQL",
    async made() {
      const database = await sharedDatabase();
      databases.push(database);
      return `--database-url ${database.url} --data here`;
    },
  },
])("into $name", ({ made }) => {
  test("old clients go on, with their keys and what they had not sent", async () => {
    const target = await made();
    expect(COMMANDS).toHaveLength(8);
    const [dryRun = "", importing = "", root = "", serving = "", listing = "", ...others] =
      COMMANDS;
    const [servingBoth = "", adding = "", exporting = ""] = others;
    const db = await openOriginal();
    const early = [
      eventAt(SECOND),
      eventAt(SECOND + 1, { uuid: uuidAt(SECOND + 1).toUpperCase(), payload: "ü ✓" }),
    ];
    for (const event of early) insert(db, event);
    const looked = await run(dryRun, target);
    expect([looked.code, looked.err, looked.out]).toEqual([
      0,
      "",
      expect.stringMatching(/events +2\n(?:.*\n)*Nothing was imported/),
    ]);
    const first = await run(importing, target);
    expect([first.code, first.out]).toEqual([
      0,
      expect.stringContaining(": 2 events, 1 rules, 1 users, 1 keys"),
    ]);
    const last = eventAt(SECOND + 2);
    insert(db, last);
    db.close();
    const file = await readFile(join(folder, "data/simple-sync.db"));
    const rest = await run(importing, target);
    expect([rest.code, rest.out]).toEqual([0, expect.stringContaining(": 1 events, 0 rules")]);
    const digestOf = (text: string) => /digest ([0-9a-f]{16})/.exec(text)?.[1];
    const again = await run(importing, target);
    expect(again.out).toContain(": 0 events, 0 rules, 0 users, 0 keys");
    expect(digestOf(again.out)).toBe(digestOf(rest.out));
    const rootKey = (await run(root, target)).out.trim();

    const { url, said } = await serve(serving, target);
    await expect
      .poll(() => said.err, { timeout: 120_000 })
      .toContain("DB_PATH is set and not read");
    expect(said.err).toContain("ENVIRONMENT is set and not read");
    const call = async (key: string, path: string, body?: unknown) => {
      const answer = await fetch(`${url}/api/v1/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "X-API-Key": key },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const json = (await answer.json()) as WireEvent[] & { token?: string; apiKey?: string };
      return { status: answer.status, json };
    };
    const events = async (key: string) =>
      (await call(key, "events")).json.filter(({ item }) => !item.startsWith("."));
    expect(await events(ANA_KEY)).toEqual([...early, last]);
    // What was sent while the original stopped is sent again, with what was not sent yet.
    const kept = eventAt(Math.floor(Date.now() / 1000));
    expect((await call(ANA_KEY, "events", [last, kept])).status).toBe(200);
    expect(await events(ANA_KEY)).toEqual([...early, last, kept]);
    const other = eventAt(SECOND + 3, { item: "elsewhere" });
    expect((await call(ANA_KEY, "events", [other])).status).toBe(403);
    // A new phone.
    const { json } = await call(rootKey, "user/generateToken", { user: "member.ana" });
    const exchanged = await call("", "user/exchangeToken", { token: json.token });
    expect(await events(exchanged.json.apiKey ?? "")).toHaveLength(4);

    // The older form, beside the newer one.
    const added = await run(adding, target);
    const password = added.out.trim().split(" ").at(-1) ?? "";
    const both = await serve(servingBoth, target);
    const older = async (path: string, body: unknown, headers = {}) => {
      const answer = await fetch(both.url + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { token?: string } & { userUuid: string; uuid: string }[];
    };
    const { token } = await older("/auth/token", { username: "testuser", password });
    const owned = {
      uuid: "e1",
      timestamp: SECOND,
      itemUuid: "list.shop",
      action: "a",
      payload: "",
    };
    const rule = { user: "user-123", item: "*", action: "*", type: "allow" };
    await older("/api/v1/acl", [rule], { "X-API-Key": rootKey });
    const all = await older("/events", [owned], { Authorization: `Bearer ${token}` });
    expect(all.map(({ uuid }) => uuid)).toContain(kept.uuid);
    expect(all).toContainEqual({ ...owned, userUuid: "user-123" });

    const listed = await run(listing, target);
    expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/used .*Ana's phone/)]);
    // The way back: the history as text, and the original's file as it was.
    expect((await run(exporting, target)).code).toBe(0);
    const lines = (await readFile(join(folder, "history.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines).toContain(JSON.stringify(kept));
    expect((await readFile(join(folder, "data/simple-sync.db"))).equals(file)).toBe(true);
  });
});
