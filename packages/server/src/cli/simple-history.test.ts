// A history of simple-sync as text: out of one database, into another, and out again the same.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { createServer } from "../create-server.ts";
import { simpleDialect } from "../dialects/simple/index.ts";
import { uuid7 } from "../keys/index.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { runCommand } from "./run-command.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-history-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function syncline(args: readonly string[], stdin = "", signal?: AbortSignal) {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([stdin]),
    env: {},
    cwd,
    signal: signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

/** A server on a data folder; `call` posts with a key. */
async function serve(folder: string) {
  let rootKey = "";
  const server = await createServer({
    store: await openSqliteStore({ path: join(cwd, folder, "syncline.db") }),
    apps: [],
    auth: { secret: "a secret for this test, long enough for HS256" },
    port: 0,
    dialects: [
      simpleDialect({
        onRootKey: (key) => {
          rootKey = key;
        },
      }),
    ],
  });
  await server.listen();
  const call = async (path: string, key: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-api-key": key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  return { server, rootKey, call };
}

const event = (user: string, item: string, action: string, payload = "{}") => {
  const now = Date.now();
  return { uuid: uuid7(now), timestamp: Math.floor(now / 1000), user, item, action, payload };
};

/** A household's history: users, rules, codes, and events of several people; gives how it was read. */
async function filled(): Promise<string> {
  const { server, rootKey, call } = await serve("one");
  await call("events", rootKey, [event(".root", ".user.ana", ".user.create")]);
  await call("acl", rootKey, [
    { user: "ana", item: "list.*", action: "*", type: "allow" },
    { user: "*", item: "list.secret", action: "*", type: "deny" },
  ]);
  const { token } = JSON.parse((await call("user/generateToken", rootKey, { user: "ana" })).text);
  const { apiKey } = JSON.parse((await call("user/exchangeToken", "", { token })).text);
  await call("events", apiKey, [
    event("ana", "list.shop", "add", '{"what":"milk ✓\\n"}'),
    event("ana", "list.shop", "done", ""),
    // In milliseconds, as some clients write their times.
    ((one) => ({ ...one, timestamp: Number.parseInt(one.uuid.replace("-", "").slice(0, 12), 16) }))(
      event("ana", "list.shop", "undone"),
    ),
  ]);
  const { text } = await call("events", rootKey);
  await server.close();
  return text;
}

it("exports the history in the original's order of fields, and imports it the same", async () => {
  const before = await filled();
  const exported = await syncline(["export", "simple/main", "--format", "jsonl", "--data", "one"]);
  expect([exported.code, exported.err]).toEqual([0, ""]);
  const lines = exported.out.trimEnd().split("\n");
  expect(`[${lines.join(",")}]`).toBe(before);
  expect(lines).toHaveLength(8);
  expect(Object.keys(JSON.parse(lines[0] ?? ""))).toEqual([
    "uuid",
    "timestamp",
    "user",
    "item",
    "action",
    "payload",
  ]);
  const file = await syncline([
    "export",
    "simple",
    "h.jsonl",
    "--format",
    "jsonl",
    "--data",
    "one",
  ]);
  expect([file.code, await readFile(join(cwd, "h.jsonl"), "utf8")]).toEqual([0, exported.out]);
  expect(file.err).toContain("exported 8");
  const again = await syncline(["export", "simple", "h.jsonl", "--data", "one"]);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining("There is a file")]);

  const imported = await syncline(["import", "simple", "h.jsonl", "--data", "two"]);
  expect([imported.code, imported.out]).toEqual([0, "Imported 8 events into simple/main.\n"]);
  expect(imported.err).toContain("imported 8");
  const twice = await syncline(["import", "simple", "h.jsonl", "--data", "two", "--json"]);
  expect(JSON.parse(twice.out)).toEqual({
    space: "simple/main",
    written: 0,
    duplicates: 8,
    problems: 0,
  });
  const other = await syncline(["export", "simple", "--data", "two"]);
  expect(other.out).toBe(exported.out);

  const { server, rootKey, call } = await serve("two");
  // Users and rules are in force where they were imported.
  const { token } = JSON.parse((await call("user/generateToken", rootKey, { user: "ana" })).text);
  const { apiKey } = JSON.parse((await call("user/exchangeToken", "", { token })).text);
  expect((await call("events", apiKey, [event("ana", "list.shop", "add")])).status).toBe(200);
  expect((await call("events", apiKey, [event("ana", "list.secret", "add")])).status).toBe(403);
  await server.close();
});

it("is the same on PostgreSQL", async () => {
  await filled();
  const { out } = await syncline(["export", "simple", "--data", "one"]);
  const postgres = sharedDatabases();
  try {
    const there = ["--database-url", await postgres.database()];
    const imported = await syncline(["import", "simple", "-", ...there], out);
    expect([imported.code, imported.out]).toEqual([0, "Imported 8 events into simple/main.\n"]);
    expect((await syncline(["export", "simple/main", "--format", "jsonl", ...there])).out).toBe(
      out,
    );
    const twice = await syncline(["import", "simple", "-", ...there], out);
    expect(twice.out).toContain("8 were there already");
  } finally {
    await postgres.stop();
  }
});

it("goes on where it stopped, and reads the older spelling", async () => {
  await filled();
  const { out } = await syncline(["export", "simple", "--data", "one"]);
  const lines = out.trimEnd().split("\n");
  await syncline(["import", "simple", "-", "--data", "two"], lines.slice(0, 3).join("\n"));
  const older = {
    uuid: "ev-7",
    timestamp: 1_760_000_000,
    userUuid: "user-123",
    itemUuid: "chore-12",
    action: "done",
    payload: "{}",
  };
  const rest = `${out}${JSON.stringify(older)}\n\n${lines[0]}\n`;
  const resumed = await syncline(["import", "simple", "-", "--data", "two"], rest);
  expect(resumed.out).toBe("Imported 6 events into simple/main; 4 were there already.\n");
  const all = await syncline(["export", "simple", "--data", "two"]);
  const modern = { uuid: "ev-7", timestamp: 1_760_000_000, user: "user-123", item: "chore-12" };
  expect(all.out).toBe(`${out}${JSON.stringify({ ...modern, action: "done", payload: "{}" })}\n`);
  const stopped = await syncline(
    ["import", "simple", "-", "--data", "two"],
    out,
    AbortSignal.abort(),
  );
  expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining("Run it again")]);
});

const good = { uuid: "a", timestamp: 1, user: "u", item: "i", action: "x", payload: "" };
it.each([
  ["{", "not valid JSON"],
  ["[1]", "Invalid JSON format"],
  ["null", "Invalid JSON format"],
  [JSON.stringify({ ...good, uuid: "" }), "Missing required fields"],
  [JSON.stringify({ ...good, user: "" }), "user is required"],
  [JSON.stringify({ ...good, timestamp: "1" }), "Invalid JSON format"],
  [JSON.stringify({ ...good, timestamp: 9e15 }), "Invalid timestamp"],
  [JSON.stringify({ ...good, payload: {} }), "Invalid JSON format"],
  [JSON.stringify({ ...good, payload: "\0" }), "NUL character"],
  [JSON.stringify({ ...good, item: ".acl", action: ".acl.addRule", payload: "{" }), "malformed"],
  [
    JSON.stringify({
      ...good,
      item: ".acl",
      action: ".acl.addRule",
      payload: '{"user":"a*b","item":"*","action":"*","type":"allow"}',
    }),
    "wildcard",
  ],
  [JSON.stringify({ ...good, item: ".user.", action: ".user.create" }), "1 to 128"],
  [JSON.stringify({ ...good, uuid: "ok", payload: "other" }), "another event has the UUID ok"],
])(
  "says what is wrong with the line %.60s, keeps what came before it, and passes over it when told to",
  async (line, message) => {
    const first = JSON.stringify({ ...good, uuid: "ok" });
    const last = JSON.stringify({ ...good, uuid: "last" });
    const text = [first, line, last].join("\n");
    const strict = await syncline(["import", "simple", "-"], text);
    expect(strict.code).toBe(1);
    expect(strict.err).toContain("line 2: ");
    expect(strict.err).toContain(message);
    const held = await syncline(["export", "simple"]);
    expect(held.out.startsWith(`${first}\n`)).toBe(true);
    const lenient = await syncline(["import", "simple", "-", "--continue-on-error"], text);
    expect([lenient.code, lenient.err]).toEqual([
      1,
      expect.stringContaining("passed over line 2: "),
    ]);
    expect((await syncline(["export", "simple"])).out).toBe(`${first}\n${last}\n`);
  },
);

it("meets flags and spaces that have no meaning here by name", async () => {
  await writeFile(join(cwd, "h.jsonl"), "");
  for (const [args, code, message] of [
    [["export", "simple"], 1, "There is no database"],
    [["import", "simple", "no.jsonl"], 1, "There is no file"],
    [["import", "simple", "h.jsonl", "--collection", "x"], 2, "--collection has no meaning"],
    [["import", "simple", "h.jsonl", "--format", "csv"], 2, '--format is "jsonl"'],
    [["export", "simple", "--plain"], 2, "--plain has no meaning"],
    [["export", "a b", "--format", "jsonl"], 1, "app/name"],
  ] as const) {
    const ran = await syncline(args);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(message)]);
  }
  expect((await syncline(["import", "simple", "h.jsonl"])).out).toContain("Imported 0 events");
  expect((await syncline(["export", "simple/other", "--format", "jsonl"])).err).toContain(
    "There is no",
  );
});
