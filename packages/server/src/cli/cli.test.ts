// The command line: each command on a data folder of its own, and what it says to mistakes.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { runCommand } from "./run-command.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-cli-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function syncline(
  args: readonly string[],
  more: { stdin?: string; env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([more.stdin ?? ""]),
    env: more.env ?? {},
    cwd,
    signal: more.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

const LINES = [
  '{"id":"a","title":"one"}',
  '{"id":"b","title":"two"}',
  '{"id":"c","title":"three"}',
].join("\n");

async function filled(): Promise<void> {
  await writeFile(join(cwd, "in.ndjson"), LINES);
  const { code, err } = await syncline([
    "import",
    "todo/~alice",
    "in.ndjson",
    "--collection",
    "todos",
  ]);
  expect([code, err.includes("error")]).toEqual([0, false]);
}

describe("syncline", () => {
  it("helps, in general and with each command", async () => {
    const overview = await syncline(["--help"]);
    expect(overview.code).toBe(0);
    const names = [...overview.out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name = ""]) => name);
    expect(names).toEqual([
      ..."serve config token keys users erase audit spaces import export tail".split(" "),
      ..."explain history consumers compact backup restore mana migrate move doctor version".split(
        " ",
      ),
    ]);
    for (const name of names) {
      const { code, out } = await syncline([name, "--help"]);
      expect([code, out.includes("Usage:"), out.includes("Examples:")]).toEqual([0, true, true]);
    }
  });

  it.each([
    [[], 2, "Usage"],
    [["improt"], 2, "did you mean import"],
    [["export"], 2, "<space> is missing"],
    [["token", "alice", "bob"], 2, "one argument too many"],
    [["serve", "--prot", "1"], 2, "did you mean port"],
    [["serve", "--port", "70000"], 1, "whole number from 0 to 65535"],
    [["serve", "--port"], 2, "port"],
    [["token", "alice", "--expires", "soon"], 2, "no length of time"],
    [["export", "todo"], 1, "app/name"],
    [["export", "todo/~"], 1, "todo/~alice"],
    [["export", "todo/~alice"], 1, "There is no database"],
    [["spaces", "destroy"], 2, "none of list"],
    [["import", "todo/~a", "nothing.ndjson", "--collection", "t"], 1, "There is no file"],
    [["import", "todo/~a", "-", "--collection", "a b"], 2, "no name of a collection"],
    [["restore", "nothing.db"], 1, "There is no file"],
    [["history", "todo/~a", "todos"], 2, "<id> is missing"],
    [["serve", "--mode", "production"], 1, "key"],
  ])("%j ends with %d and says %j, without a stack", async (args, code, text) => {
    const ran = await syncline(args);
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toContain(text);
    expect(ran.err).not.toMatch(/\n\s+at /);
  });

  it("names all mistakes of the configuration at once, and hides secrets", async () => {
    await writeFile(
      join(cwd, "syncline.config.toml"),
      'port = "many"\nlogLevle = "info"\nauthSecret = "hush hush hush hush hush hush hush"\n',
    );
    const bad = await syncline(["config"], { env: { SYNCLINE_RETENTION_DAYS: "0" } });
    expect(bad.code).toBe(1);
    for (const text of [
      "port (syncline.config.toml)",
      "did you mean logLevel",
      "retentionDays (SYNCLINE_RETENTION_DAYS)",
    ])
      expect(bad.err).toContain(text);
    await writeFile(
      join(cwd, "syncline.config.toml"),
      'port = 5000\nauthSecret = "hush hush hush hush hush hush hush"\n',
    );
    const good = await syncline(["config", "--host", "::1"], {
      env: { SYNCLINE_LOG_LEVEL: "info" },
    });
    expect(good.out).toMatch(/port +5000 +syncline.config.toml/);
    expect(good.out).toMatch(/host +::1 +--host/);
    expect(good.out).toMatch(/logLevel +info +SYNCLINE_LOG_LEVEL/);
    expect(good.out).not.toContain("hush");
  });

  it("imports, goes on where it stopped, and exports the same again", async () => {
    await filled();
    const again = await syncline(["import", "todo/~alice", "in.ndjson", "--collection", "todos"]);
    expect([again.code, again.out]).toEqual([
      0,
      "All of it was imported before; --again does it once more.\n",
    ]);
    const plain = await syncline(["export", "todo/~alice", "--plain"]);
    expect(plain.out.trim().split("\n").sort()).toEqual(LINES.split("\n"));
    const whole = await syncline(["export", "todo/~alice"]);
    const copied = await syncline(["import", "todo/~bob", "-"], { stdin: whole.out });
    expect(copied.out).toContain("Imported 3 records");
    expect((await syncline(["export", "todo/~alice", "out.ndjson"])).code).toBe(0);
    expect((await syncline(["export", "todo/~alice", "out.ndjson"])).err).toContain("--resume");
    const text = await readFile(join(cwd, "out.ndjson"), "utf8");
    await writeFile(join(cwd, "out.ndjson"), text.slice(0, text.indexOf("\n") + 20));
    expect((await syncline(["export", "todo/~alice", "out.ndjson", "--resume"])).code).toBe(0);
    expect(await readFile(join(cwd, "out.ndjson"), "utf8")).toBe(text);
  });

  it("says which line cannot be imported, and passes over it when told to", async () => {
    await writeFile(
      join(cwd, "bad.ndjson"),
      `${LINES}\nnot json\n{"id":"a/b"}\n[1]\n{"id":"d","title":"four"}`,
    );
    const strict = await syncline(["import", "todo/~alice", "bad.ndjson", "--collection", "todos"]);
    expect([strict.code, strict.err]).toEqual([1, expect.stringContaining("line 4")]);
    const lenient = await syncline([
      "import",
      "todo/~alice",
      "bad.ndjson",
      "--collection",
      "todos",
      "--continue-on-error",
    ]);
    expect(lenient.code).toBe(1);
    expect(lenient.out).toContain("Imported 4 records");
    expect(lenient.err.match(/passed over/g)).toHaveLength(3);
    const hostile = await syncline(["import", "todo/~alice", "-", "--collection", "todos"], {
      stdin: '{"id":"x","__proto__":{"a":1}}',
    });
    expect(hostile.err).toContain("__proto__");
  });

  it("shows spaces, history, the past, and why", async () => {
    await filled();
    expect((await syncline(["spaces", "create", "todo/team", "--owner", "alice"])).code).toBe(0);
    expect((await syncline(["spaces", "add", "todo/team", "bob", "writer"])).out).toContain(
      "bob is writer",
    );
    expect((await syncline(["spaces", "remove", "todo/team", "alice"])).err).toContain(
      "at least one owner",
    );
    expect((await syncline(["spaces", "list"])).out).toMatch(/todo\/team.*\ntodo\/~alice.*todos 3/);
    expect(
      JSON.parse((await syncline(["spaces", "show", "todo/team", "--json"])).out),
    ).toMatchObject({ members: [{ userId: "alice" }, { userId: "bob" }] });
    expect((await syncline(["history", "todo/~alice", "todos", "a"])).out).toMatch(
      /put +v1 by operator/,
    );
    const past = await syncline([
      "history",
      "todo/~alice",
      "todos",
      "a",
      "--as-of",
      new Date().toISOString(),
    ]);
    expect(JSON.parse(past.out)).toMatchObject({ fields: { title: "one" } });
    expect(
      (await syncline(["history", "todo/~alice", "todos", "a", "--as-of", "2001-01-01"])).err,
    ).toContain("no such record then");
    expect((await syncline(["explain", "todo/~alice", "todos", "a"])).out).toContain(
      "It is here: version 1",
    );
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const tail = await syncline(["tail", "todo/~alice", "--since", "1h", "--json"], {
      signal: stop.signal,
    });
    expect(tail.out.trim().split("\n")).toHaveLength(3);
  });

  it("[G8] backs up, and restores so that no client keeps a cursor of the lost history", async () => {
    await filled();
    const epochOf = async () =>
      JSON.parse((await syncline(["spaces", "show", "todo/~alice", "--json"])).out).epoch;
    const before = await epochOf();
    expect((await syncline(["backup", "copy.db"])).code).toBe(0);
    expect((await syncline(["backup", "copy.db"])).err).toContain("already");
    // The choice has no default.
    expect((await syncline(["restore", "copy.db", "--force"])).err).toContain("--devices offer");
    const devices = ["--devices", "offer"];
    expect((await syncline(["restore", "copy.db", ...devices])).err).toContain("--force");
    expect((await syncline(["restore", "copy.db", "--force", ...devices])).out).toContain(
      "Restored 1 spaces",
    );
    expect(await epochOf()).not.toBe(before);
    expect((await syncline(["doctor"])).code).toBe(0);
    await writeFile(join(cwd, "rubbish.db"), "no database at all ".repeat(500));
    const refused = await syncline(["restore", "rubbish.db", "--force", ...devices]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("database_corrupt")]);
    expect((await syncline(["spaces", "list"])).out).toContain("todos 3");
  });

  it("compacts, and says before what it would do", async () => {
    await filled();
    expect((await syncline(["compact", "--dry-run"])).out).toContain("todo/~alice: up to 20");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await syncline(["compact", "--older-than", "1s"])).out).toContain(
      "0 deleted records and 3 history entries",
    );
    expect(
      (await syncline(["export", "todo/~alice", "--plain"])).out.trim().split("\n"),
    ).toHaveLength(3);
  });

  it("shows background work, has dead letters tried again, and forgets what is gone", async () => {
    await filled();
    expect((await syncline(["consumers"])).out).toContain("There are no consumers yet");
    const store = await openSqliteStore({ path: join(cwd, "data/syncline.db") });
    await store.consumers.register("mails", 0);
    const [claim] = await store.consumers.claim({
      atMs: 0,
      consumer: "mails",
      startAt: 0,
      leaseMs: 60_000,
      limit: 1,
    });
    const [entry] = await store.history({ space: "todo/~alice", after: 0, limit: 1 });
    if (claim === undefined || entry === undefined) throw new Error("There is history.");
    await store.consumers.bury(claim, { entry, attempts: 10, error: "no such address" });
    await store.close();
    const list = await syncline(["consumers", "list"]);
    expect(list.out).toContain("1 spaces behind, 1 dead letters");
    const dead = await syncline(["consumers", "dead", "mails"]);
    expect(dead.out).toContain(`${entry.stamp} put todos/a, 10 attempts`);
    expect(dead.out).toContain("no such address");
    const again = await syncline([
      "consumers",
      "retry",
      "mails",
      "todo/~alice",
      String(entry.stamp),
    ]);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining("1 dead letters will be")]);
    expect((await syncline(["consumers", "dead"])).out).toContain("to be tried again");
    expect((await syncline(["consumers", "retry", "none"])).err).toContain("not_found");
    expect((await syncline(["consumers", "retry", "mails", "todo/~alice", "x"])).code).toBe(2);
    expect((await syncline(["consumers", "forget", "mails"])).code).toBe(0);
    expect((await syncline(["consumers", "forget", "mails"])).err).toContain("not_found");
    expect((await syncline(["consumers", "spill"])).code).toBe(2);
  });

  it("says what a migration would do, and that there is nothing to do", async () => {
    expect((await syncline(["migrate"])).err).toContain("not_found");
    await filled();
    const { code, out } = await syncline(["migrate", "--dry-run", "--json"]);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        database: join(cwd, "data/syncline.db"),
        version: expect.any(Number),
        pending: [],
        dryRun: true,
      },
    ]);
    expect((await syncline(["migrate"])).out).toContain("is up to date");
    const away = "postgres://nobody:secret@127.0.0.1:1/none";
    const failed = await syncline(["migrate"], { env: { DATABASE_URL: away } });
    expect([
      failed.code,
      failed.err.includes("unavailable"),
      failed.err.includes("secret"),
    ]).toEqual([1, true, false]);
  });

  it("moves to no place that it cannot reach, and says so", async () => {
    expect((await syncline(["move"])).err).toContain("--to is missing");
    await filled();
    const away = "postgres://nobody:secret@127.0.0.1:1/none";
    const failed = await syncline(["move", "--to", away]);
    expect([
      failed.code,
      failed.err.includes("unavailable"),
      failed.err.includes("secret"),
    ]).toEqual([1, true, false]);
    expect((await syncline(["move", "--to", "nonsense"])).err).toContain("config");
    expect((await syncline(["spaces", "list"])).out).toContain("todo/~alice");
  });

  it("finds what is wrong with a database, and names it", async () => {
    await filled();
    const path = join(cwd, "data", "syncline.db");
    const db = new DatabaseSync(path);
    db.exec("DELETE FROM records WHERE id = 'a'");
    const damaged = await syncline(["doctor"]);
    expect([damaged.code, damaged.out]).toEqual([
      1,
      expect.stringContaining("does not fit its records"),
    ]);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect((await syncline(["spaces", "list"])).err).toContain("database_newer");
    await writeFile(path, "overwritten by mistake ".repeat(1_000));
    await rm(`${path}-wal`, { force: true });
    expect((await syncline(["doctor", "--json"])).out).toContain('"state":"fail"');
    expect((await syncline(["serve"])).err).toContain("database_corrupt");
    await writeFile(join(cwd, "file"), "");
    expect((await syncline(["serve", "--data", "file"])).err).toContain("a file is in the way");
  });

  it("serves until it is stopped, with a token that works", async () => {
    const stop = new AbortController();
    let told = "";
    const running = runCommand(["serve", "--port", "0", "--json"], {
      stdout: { write: (text) => (told += text) },
      stderr: { write: () => true },
      stdin: Readable.from([]),
      env: {},
      cwd,
      signal: stop.signal,
    });
    while (!told.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
    const { url, token } = JSON.parse(told);
    const answer = await fetch(`${url}/v1/todo/~/changes`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    const taken = await syncline(["serve", "--port", new URL(url).port]);
    expect(taken.err).toContain("is taken by another program");
    stop.abort();
    expect(await running).toBe(0);
  });

  it("keeps accounts when it is told to, and then gives no token away", async () => {
    const stop = new AbortController();
    let told = "";
    const running = runCommand(["serve", "--port", "0", "--json", "--accounts"], {
      stdout: { write: (text) => (told += text) },
      stderr: { write: () => true },
      stdin: Readable.from([]),
      env: {},
      cwd,
      signal: stop.signal,
    });
    while (!told.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
    const { url, token } = JSON.parse(told);
    expect(token).toBeNull();
    const made = await fetch(`${url}/accounts/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.org", password: "orange-kite-42" }),
    });
    expect(made.status).toBe(201);
    stop.abort();
    expect(await running).toBe(0);
  });
});
