// A database of simple-sync v0.4.0 moves in: its people go on with the keys and codes that they have.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { hashSync } from "bcryptjs";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { createServer } from "../create-server.ts";
import { simpleDialect } from "../dialects/simple/index.ts";
import { uuid7 } from "../keys/index.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { runCommand } from "./run-command.ts";

const SCHEMA = `
  CREATE TABLE user (id TEXT PRIMARY KEY, created_at DATETIME NOT NULL);
  CREATE TABLE event (uuid TEXT PRIMARY KEY, timestamp INTEGER NOT NULL, user TEXT NOT NULL, item TEXT NOT NULL,
    action TEXT NOT NULL, payload TEXT);
  CREATE TABLE api_key (uuid TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL UNIQUE, created_at DATETIME NOT NULL, last_used_at DATETIME, description TEXT);
  CREATE TABLE setup_token (token TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    expires_at DATETIME NOT NULL, used_at DATETIME NOT NULL);
  CREATE TABLE acl_rule (user TEXT, item TEXT, action TEXT, type TEXT, PRIMARY KEY (user, item, action, type));
  PRAGMA user_version = 1`;
const UNUSED = "0001-01-01 00:00:00+00:00";
const ANA_KEY = `sk_${"a".repeat(43)}`;
const BEN_KEY = `sk_${"b".repeat(43)}`;
const BEGUN = Date.UTC(2026, 4, 1);

let cwd: string;
const postgres = sharedDatabases();
afterAll(() => postgres.stop());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-import-simple-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function syncline(args: readonly string[], signal = new AbortController().signal) {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([""]),
    env: {},
    cwd,
    signal,
  });
  return { code, out, err };
}

function original(fill: (db: DatabaseSync) => void, schema = SCHEMA): void {
  const db = new DatabaseSync(join(cwd, "simple.db"));
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(schema);
  db.exec("BEGIN");
  fill(db);
  db.exec("COMMIT");
  db.close();
}

function addEvents(db: DatabaseSync, count: number): void {
  const insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)");
  for (let i = 0; i < count; i++) {
    const ms = BEGUN + ((i * 7919) % count) * 1000;
    insert.run(
      uuid7(ms),
      Math.floor(ms / 1000),
      i % 2 === 0 ? "ana" : "ben",
      `list.${i % 50}`,
      "add",
      i % 10 === 0 ? null : JSON.stringify({ what: `thing ${i} ✓` }),
    );
  }
}

function household(db: DatabaseSync): void {
  const user = db.prepare("INSERT INTO user VALUES (?, ?)");
  user.run("ana", "2026-05-01 08:00:00.123456789+02:00");
  user.run("ben", "2026-05-02 08:00:00 +0000 UTC");
  const key = db.prepare("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?)");
  const at = "2026-05-03 08:00:00+00:00";
  key.run(uuid7(BEGUN), "ana", hashSync(ANA_KEY, 4), at, at, "Ana's phone");
  key.run(uuid7(BEGUN), "ben", hashSync(BEN_KEY, 4), at, null, null);
  const code = db.prepare("INSERT INTO setup_token VALUES (?, ?, ?, ?)");
  const later = new Date(Date.now() + 3_600_000)
    .toISOString()
    .replace("T", " ")
    .replace("Z", "+00:00");
  code.run("OLD1-OLD1", "ana", later, "2026-05-03 09:00:00+00:00");
  code.run("PAST-PAST", "ben", "2026-05-03 09:00:00+00:00", UNUSED);
  code.run("GOOD-CODE", "ben", later, UNUSED);
  const rule = db.prepare("INSERT INTO acl_rule VALUES (?, ?, ?, ?)");
  rule.run("*", "list.*", "*", "allow");
  rule.run("ben", "list.secret", "*", "deny");
  addEvents(db, 20);
}

const STORES = [
  [
    "SQLite",
    async () => ({
      flags: ["--data", "new"],
      open: () => openSqliteStore({ path: join(cwd, "new", "syncline.db") }),
    }),
  ],
  [
    "PostgreSQL",
    async () => {
      const url = await postgres.database();
      return { flags: ["--database-url", url], open: () => openPostgresStore({ url }) };
    },
  ],
] as const;

describe.each(STORES)("on %s", (_name, target) => {
  test("users, keys, codes, rules and events are there, and a second run changes nothing", async () => {
    original(household);
    const { flags, open } = await target();
    const command = ["import", "simple", "simple.db", "--json", ...flags];
    const dry = await syncline([...command, "--dry-run"]);
    expect(JSON.parse(dry.out)).toEqual({ events: 20, rules: 2, users: 2, keys: 2, setupCodes: 3 });
    const first = await syncline(command);
    expect([first.code, first.err]).toEqual([0, expect.not.stringContaining("passed over")]);
    const told = JSON.parse(first.out) as { digest: string };
    expect(told).toMatchObject({
      events: { written: 20, duplicates: 0 },
      rules: { written: 2, duplicates: 0 },
      users: 2,
      keys: 2,
      setups: 1,
      history: 22,
    });

    const server = await createServer({
      store: await open(),
      apps: [],
      auth: { secret: "a secret for this test, long enough for HS256" },
      port: 0,
      dialects: [simpleDialect()],
    });
    await server.listen();
    const call = async (path: string, key: string, body?: unknown) => {
      const answer = await fetch(`${server.url}/api/v1/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "x-api-key": key },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    const event = (user: string, item: string) => {
      const now = Date.now();
      const timestamp = Math.floor(now / 1000);
      return { uuid: uuid7(now), timestamp, user, item, action: "add", payload: "{}" };
    };
    // Several at once with a key that nobody showed before.
    const both = await Promise.all([call("events", ANA_KEY), call("events", ANA_KEY)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0]?.body).toHaveLength(22);
    expect((await call("events", `sk_${"c".repeat(43)}`)).status).toBe(401);
    expect((await call("events", BEN_KEY, [event("ben", "list.shop")])).status).toBe(200);
    expect((await call("events", BEN_KEY, [event("ben", "list.secret")])).status).toBe(403);
    for (const [token, status] of [
      ["OLD1-OLD1", 400],
      ["PAST-PAST", 400],
      ["GOOD-CODE", 200],
      ["GOOD-CODE", 400],
    ] as const)
      expect([token, (await call("user/exchangeToken", "", { token })).status]).toEqual([
        token,
        status,
      ]);
    // What is taken away here stays away, however often it is imported.
    expect((await call("user/resetKey", ANA_KEY, { user: "ana" })).status).toBe(200);
    await server.close();

    const again = JSON.parse((await syncline(command)).out);
    expect(again).toMatchObject({ events: { written: 0, duplicates: 20 }, users: 0, keys: 0 });
    const listed = await syncline(["keys", "list", "ana", "--json", ...flags]);
    expect(listed.out).not.toContain("Ana's phone");
    const bens = await syncline(["keys", "list", "ben", "--json", ...flags]);
    expect(bens.out).not.toContain("$2");
  });
});

test("what was cut off goes on, and ends with what one run gives", async () => {
  original((db) => {
    household(db);
    addEvents(db, 5_000);
  });
  const stopped = new AbortController();
  stopped.abort();
  const command = ["import", "simple", "simple.db", "--json"];
  const cut = await syncline([...command, "--data", "cut"], stopped.signal);
  expect([cut.code, cut.err]).toEqual([1, expect.stringContaining("Run it again")]);
  const rest = JSON.parse((await syncline([...command, "--data", "cut"])).out);
  expect(rest.events).toEqual({ written: 4_020, duplicates: 1_000 });
  expect(rest).toMatchObject({ users: 2, keys: 2, setups: 1 });
  const whole = JSON.parse((await syncline([...command, "--data", "whole"])).out);
  expect(whole.digest).toBe(rest.digest);
  expect(whole.history).toBe(5_022);
});

test("databases of other kinds are refused, rows that are none are named", async () => {
  original(() => undefined, "CREATE TABLE event (uuid TEXT)");
  expect((await syncline(["import", "simple", "simple.db"])).err).toContain("no table user");
  await rm(join(cwd, "simple.db"));
  original(() => undefined, `${SCHEMA.replace("user_version = 1", "user_version = 2")}`);
  expect((await syncline(["import", "simple", "simple.db"])).err).toContain("schema 2");
  await rm(join(cwd, "simple.db"));
  original((db) => {
    household(db);
    db.exec("INSERT INTO event VALUES ('', 1, 'ana', 'list.1', 'add', '')");
    db.exec(`INSERT INTO api_key VALUES ('k', 'ana', 'plain', '${UNUSED}', NULL, NULL)`);
  });
  const refused = await syncline(["import", "simple", "simple.db"]);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("row 21: Missing")]);
  const passed = await syncline(["import", "simple", "simple.db", "--continue-on-error"]);
  expect(passed.err).toContain("passed over row 21");
  expect(passed.err).toContain("passed over user ana: 1 keys");
});
