// The guide "From Kanso", followed to the letter: the original's data in a real PostgreSQL, the guide's commands, an old client.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { issueToken } from "@syncline/server";
import { SignJWT } from "jose";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareEnvironment } from "../../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { type Json, PASSWORD } from "./fixture.ts";
import { COSTLY_HASH, fillOriginal, originalFeed } from "./original-database.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GUIDE = readFileSync(join(ROOT, "docs/guide/from-kanso.md"), "utf8");
const COMMANDS = [...GUIDE.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, command = ""]) => command);
const JWT_SECRET = "the original's secret, which is long enough";
const EMAIL = "person2@example.org";
const CURSOR = "2026-01-10T09:00:00.000001Z";

let folder: string;
let databases: SharedDatabase[];
let source: pg.Client;
let running: ChildProcess | undefined;

async function database(): Promise<string> {
  const made = await sharedDatabase();
  databases.push(made);
  return made.url;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kanso-guide-"));
  databases = [];
});
afterEach(async () => {
  if (running !== undefined && running.exitCode === null) {
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }
  running = undefined;
  await source.end();
  for (const one of databases) one.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a command of the guide, with this machine's places in it. */
function start(
  command: string,
  { url, target }: { readonly url: string; readonly target: string },
) {
  const here = command
    .replace(
      "npm run syncline --",
      "exec node --conditions=syncline-source packages/server/src/cli/bin.ts",
    )
    .replace(/postgres:\S+/, url)
    .replace("--port 8080", "--port 0");
  const child = spawn("bash", ["-c", `${here} ${target}`], {
    cwd: ROOT,
    env: bareEnvironment({
      JWT_SECRET,
      JWT_EXPIRATION: "72h",
      DB_HOST: "localhost",
      GIN_MODE: "release",
    }),
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
  { name: "SQLite", target: async () => `--data ${folder}/data` },
  {
    name: "PostgreSQL",
    target: async () => `--database-url ${await database()} --data ${folder}/data`,
  },
])("into $name", ({ target }) => {
  test("an old client goes on: its token, a sign-in, its cursor, a PUT, a DELETE", async () => {
    const places = { url: await database(), target: await target() };
    source = new pg.Client(places.url);
    await source.connect();
    await fillOriginal(source, { people: 3, habits: 8, entries: 30 });
    await source.query("UPDATE users SET password_hash = $1", [COSTLY_HASH]);
    const { rows: users } = await source.query("SELECT id FROM users WHERE email = $1", [EMAIL]);
    const userId = String(users[0]?.id);
    expect(COMMANDS).toHaveLength(3);
    const [dryRun = "", importing = "", serving = ""] = COMMANDS;
    const looked = await run(dryRun, places);
    expect([looked.code, looked.out]).toEqual([
      0,
      expect.stringContaining("Nothing was imported."),
    ]);
    const first = await run(importing, places);
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining("744 records of 3 people"),
    });
    // What was written until the original stopped.
    await source.query(
      "UPDATE habits SET title = 'The last word', version = version + 1, updated_at = now() WHERE user_id = $1 AND sort_order = 3",
      [userId],
    );
    const last = await run(importing, places);
    expect(last).toMatchObject({ code: 0, out: expect.stringContaining("Imported 1 records") });

    const { child, said } = start(serving, places);
    running = child;
    await expect.poll(() => said.out + said.err, { timeout: 30_000 }).toContain("http://");
    await expect
      .poll(() => said.err, { timeout: 10_000 })
      .toContain("GIN_MODE is set and not read");
    for (const name of ["JWT_SECRET", "JWT_EXPIRATION", "DB_HOST"])
      expect(said.err).toContain(`${name} is set and not read`);
    expect(said.err + said.out).not.toContain(JWT_SECRET);
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(said.out) ?? [];
    const call = async (token: string, method: string, path: string, body?: object) => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const parsed: Json = text === "" ? undefined : JSON.parse(text);
      return { status: answer.status, body: parsed };
    };

    // As the original signs: subject, issuer, times, and nothing else.
    const old = await new SignJWT()
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(userId)
      .setIssuer("kanso-api")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(JWT_SECRET));
    expect((await call(old, "GET", "/auth/validate")).body).toEqual({ status: "valid" });
    const stranger = { secret: JWT_SECRET, userId: "nobody", expiresInSeconds: 60 };
    const unknown = await issueToken({ ...stranger, issuer: "kanso-api" });
    expect((await call(unknown, "GET", "/auth/validate")).status).toBe(401);

    const signedIn = await call("", "POST", "/auth/login", { email: EMAIL, password: PASSWORD });
    expect([signedIn.status, signedIn.body.user]).toEqual([200, { id: userId, email: EMAIL }]);
    const { token } = signedIn.body;

    const wanted = await originalFeed(source, "habit_entries", { email: EMAIL, after: CURSOR });
    const feed = await call(token, "GET", `/entries/sync?since=${CURSOR}`);
    const given: string[] = feed.body.changes.map(({ id }: Json) => id);
    expect(wanted.filter((id) => !given.includes(id))).toEqual([]);
    const habits = await call(token, "GET", `/habits/sync?last_sync=${CURSOR}`);
    const edited = habits.body.changes.find(({ title }: Json) => title === "The last word");
    expect(edited).toMatchObject({ version: 5, user_id: userId });

    // An edit and a deletion that the device kept back while the server moved.
    const put = { title: "Kept back", version: 5 };
    expect((await call(token, "PUT", `/habits/${edited.id}`, put)).body).toMatchObject({
      ...{ title: "Kept back", version: 6 },
    });
    const stale = await call(token, "PUT", `/habits/${edited.id}`, put);
    expect([stale.status, stale.body.current_version]).toEqual([409, 6]);
    const live = feed.body.changes.find(({ deleted_at }: Json) => deleted_at === undefined);
    expect((await call(token, "DELETE", `/entries/${live.id}`)).status).toBe(204);
    const next = await call(token, "GET", `/entries/sync?since=${feed.body.timestamp}`);
    expect(next.body.changes).toMatchObject([{ id: live.id, version: live.version + 1 }]);

    // The way back: the original's data is as it was.
    const { rows } = await source.query("SELECT title FROM habits WHERE id = $1", [edited.id]);
    expect(rows).toEqual([{ title: "The last word" }]);
  });
});
