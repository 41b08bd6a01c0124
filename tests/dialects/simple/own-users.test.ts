// simple-sync, the older form with nothing but a secret: its users are the server's, whom an operator adds.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runCommand } from "@syncline/server/cli";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";

const JWT_SECRET = "the original's secret, which is long enough";

let cwd: string;
let databases: SharedDatabase[];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "simple-users-"));
  databases = [];
});
afterEach(async () => {
  for (const one of databases) one.close();
  await rm(cwd, { recursive: true, force: true });
});

function start(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const stop = new AbortController();
  const said = { out: "", err: "" };
  const up = Promise.withResolvers<string>();
  const ended = runCommand(args, {
    stdout: {
      write(text) {
        said.out += text;
        const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        if (url !== undefined) up.resolve(url);
      },
    },
    stderr: { write: (text) => (said.err += text) },
    stdin: Readable.from([]),
    env,
    cwd,
    signal: stop.signal,
  }).finally(() => up.reject(new Error(said.err)));
  up.promise.catch(() => undefined); // commands that serve nothing
  return { said, url: up.promise, ended, stop: () => stop.abort() };
}

async function syncline(...args: string[]) {
  const { ended, said } = start(args);
  return { code: await ended, ...said };
}

describe.each([
  ["SQLite", async () => ["--data", "data"]],
  [
    "PostgreSQL",
    async () => {
      const database = await sharedDatabase();
      databases.push(database);
      return ["--database-url", database.url, "--data", "data"];
    },
  ],
] as const)("on %s", (_name, made) => {
  test("who was added signs in, by the name and id that the original had, until the account is gone", async () => {
    const target = await made();
    const add = ["users", "add", "TestUser", "--id", "user-123", "--json"];
    const added = await syncline(...add, ...target);
    const { password } = JSON.parse(added.out) as { password: string };
    expect(JSON.parse(added.out)).toMatchObject({ userId: "user-123", email: "testuser" });
    expect(await syncline(...add, ...target)).toMatchObject({
      code: 1,
      err: expect.stringContaining("already"),
    });
    for (const wrong of [
      ["users", "add", "no name"],
      ["users", "add", "ab"],
      ["users", "add", "ana@example.org"],
      ["users", "add", "somebody", "--id", "no id"],
    ])
      expect(await syncline(...wrong, ...target)).toMatchObject({ code: 2 });

    const serve = ["serve", "--dialects", "simple", "--port", "0", ...target];
    const server = start(serve, { JWT_SECRET });
    const url = await server.url;
    const call = async (path: string, body?: unknown, headers = {}) => {
      const answer = await fetch(url + path, {
        method: body === undefined ? "GET" : "POST",
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, json: (await answer.json()) as unknown };
    };
    const signIn = (username: string, given: string, path = "/auth/token") =>
      call(path, { username, password: given });
    const refused = { status: 401, json: { error: "Invalid username or password" } };
    for (const [name, given] of [
      ["testuser", "wrong"],
      ["nobody", password],
      ["no name\0", password],
    ] as const)
      expect(await signIn(name, given)).toEqual(refused);
    expect((await signIn("testuser", password, "/api/v1/auth/token")).status).toBe(200);
    const { json } = await signIn("TestUser", password);
    const headers = { Authorization: `Bearer ${(json as { token: string }).token}` };
    const event = { uuid: "1", timestamp: 5, itemUuid: "i", action: "a", payload: "" };
    const kept = { ...event, userUuid: "user-123" };
    expect(await call("/events", [event], headers)).toEqual({ status: 200, json: [kept] });

    // As an operator looks after other accounts, too.
    const statusOf = async (given: string) => (await signIn("testuser", given)).status;
    expect((await syncline("users", "lock", "testuser", ...target)).code).toBe(0);
    // A server hears of it a moment later; guesses of passwords are counted.
    const known = async () => (await call("/events", undefined, headers)).status;
    await expect.poll(known).toBe(403);
    expect(await statusOf(password)).toBe(403);
    expect((await syncline("users", "unlock", "testuser", ...target)).code).toBe(0);
    await expect.poll(known).toBe(200);
    expect(await statusOf(password)).toBe(200);
    const reset = await syncline("users", "reset", "testuser", "--json", ...target);
    const { password: next } = JSON.parse(reset.out) as { password: string };
    expect(await signIn("testuser", password)).toEqual(refused);
    expect(await statusOf(next)).toBe(200);
    expect((await syncline("users", "delete", "testuser", "--yes", ...target)).code).toBe(0);
    expect(await signIn("testuser", next)).toEqual(refused);
    server.stop();
    expect(await server.ended).toBe(0);
  });

  test("guesses are slowed down", async () => {
    const target = await made();
    const server = start(["serve", "--dialects", "simple", "--port", "0", ...target], {
      JWT_SECRET,
    });
    const url = await server.url;
    const guess = async () =>
      await fetch(`${url}/auth/token`, {
        method: "POST",
        body: JSON.stringify({ username: "testuser", password: "a guess" }),
      });
    const answers = await Promise.all(Array.from({ length: 30 }, guess));
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(slowed[0]?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    server.stop();
    await server.ended;
  });
});

test("who registered with an address is no user of the history", async () => {
  const server = start(
    ["serve", "--dialects", "simple", "--accounts", "--port", "0", "--auth-secret", "s".repeat(32)],
    { JWT_SECRET },
  );
  const url = await server.url;
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const sent = { method: "POST", headers, body: JSON.stringify(body) };
    return (await fetch(url + path, sent)).status;
  };
  const [email, password] = ["ana@example.org", "orange-kite-42"];
  expect(await post("/accounts/register", { email, password })).toBeLessThan(300);
  expect(await post("/accounts/login", { email, password })).toBe(200);
  expect(await post("/auth/token", { username: email, password })).toBe(401);
  server.stop();
  await server.ended;
});

test("without a secret the older form is not there; with a short one nothing starts", async () => {
  const server = start(["serve", "--dialects", "simple", "--port", "0"]);
  const url = await server.url;
  const credentials = { method: "POST", body: '{"username":"a","password":"b"}' };
  expect((await fetch(`${url}/auth/token`, credentials)).status).toBe(404);
  const modern = await fetch(`${url}/api/v1/events`);
  expect([modern.status, await modern.json()]).toEqual([
    401,
    { error: "X-API-Key header required" },
  ]);
  server.stop();
  await server.ended;
  const short = start(["serve", "--dialects", "simple", "--port", "0"], { JWT_SECRET: "short" });
  expect([await short.ended, short.said.err]).toEqual([
    1,
    expect.stringContaining("at least 32 characters"),
  ]);
  expect(short.said.err).not.toContain('"short"');
});
