// syncline serve with an app's module and a site: what the module brings, and what is said to mistakes.

import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Terminal } from "./command.ts";
import { runCommand } from "./run-command.ts";

const APPS = `export default [{ name: "habits", collections: { habits: {} } }];
export const dialects = [() => ({
  name: "habits",
  protocols: [{
    name: "habits",
    routes: [{
      method: "GET",
      path: "/api/v1/habits",
      open: true,
      handle: () => ({ body: '["cello"]' }),
    }],
    identify: async () => ({ userId: "nobody" }),
    refuse: () => ({ status: 500 }),
  }],
})];`;

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-serve-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

interface Serving {
  /** What it says first. */
  readonly told: Promise<string>;
  stop(): Promise<number>;
}

function serve(args: readonly string[], more: Partial<Terminal> = {}): Serving {
  const stop = new AbortController();
  const { promise: told, resolve: write } = Promise.withResolvers<string>();
  const code = runCommand(["serve", "--port", "0", ...args], {
    stdout: { write },
    stderr: { write },
    stdin: Readable.from([]),
    env: {},
    cwd,
    signal: stop.signal,
    ...more,
  });
  return {
    told,
    async stop() {
      await told;
      stop.abort();
      return await code;
    },
  };
}

test("the module's apps and dialects are served, with the site's files at /", async () => {
  await mkdir(join(cwd, "dist"));
  await writeFile(join(cwd, "dist", "index.html"), "<p>Habits</p>");
  await writeFile(join(cwd, "apps.mjs"), APPS);
  const serving = serve(["--accounts", "--apps", "apps.mjs", "--site", "dist"]);
  const text = await serving.told;
  const [, url = ""] = /^habits is at (http:\/\/\S+)$/m.exec(text) ?? [];
  expect(text).toContain(`API page   ${url}/docs`);
  expect(text).toContain("Stop with Ctrl-C");
  expect(await (await fetch(url)).text()).toBe("<p>Habits</p>");
  expect(await (await fetch(`${url}/api/v1/habits`)).json()).toEqual(["cello"]);
  expect(await serving.stop()).toBe(0);
});

test("the console is told of at the start, unless it is off", async () => {
  const serving = serve([]);
  expect(await serving.told).toMatch(/^ {2}console {4}http:\/\/127\.0\.0\.1:\d+\/console$/m);
  expect(await serving.stop()).toBe(0);
  const off = serve(["--json", "--console", "off"]);
  const { url, console } = JSON.parse(await off.told) as { url: string; console: unknown };
  expect(console).toBeNull();
  expect((await fetch(`${url}/console`, { headers: { accept: "text/html" } })).status).toBe(404);
  expect(await off.stop()).toBe(0);
  const odd = serve(["--console", "maybe"]);
  expect(await odd.told).toMatch(/console/);
  expect(await odd.stop()).not.toBe(0);
});

test("where clients of the kit find it is told at the start", async () => {
  const serving = serve(["--dialects", "kit"]);
  expect(await serving.told).toMatch(/^ {2}kit {8}http:\/\/127\.0\.0\.1:\d+\/kit\/\{space\}$/m);
  expect(await serving.stop()).toBe(0);
  const json = serve(["--dialects", "kit", "--json"]);
  const { url, bases } = JSON.parse(await json.told) as { url: string; bases: object };
  expect(bases).toEqual({ kit: `${url}/kit/{space}` });
  expect(await json.stop()).toBe(0);
});

test("defaults of a program that brings an app give way to what was given", async () => {
  await writeFile(join(cwd, "apps.mjs"), APPS);
  const defaults = { apps: join(cwd, "apps.mjs"), accounts: true, logLevel: "silent" };
  const plain = serve(["--json"], { defaults });
  const told = JSON.parse(await plain.told) as object;
  expect(told).toMatchObject({ apps: "habits", token: null, site: null });
  expect(await plain.stop()).toBe(0);
  const given = serve(["--json", "--apps", "open"], { defaults, env: { SYNCLINE_ACCOUNTS: "0" } });
  expect(JSON.parse(await given.told)).toMatchObject({
    apps: "any app",
    token: expect.any(String),
  });
  expect(await given.stop()).toBe(0);
});

test("how long tokens and sessions are good is a setting, checked as the others are", async () => {
  const serving = serve(["--json", "--accounts", "--token-seconds", "120"], {
    env: { SYNCLINE_IDLE_DAYS: "2" },
  });
  const { url } = JSON.parse(await serving.told) as { url: string };
  const post = async (path: string) =>
    await fetch(`${url}/accounts/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.org", password: "orange-kite-42" }),
    });
  expect((await post("register")).status).toBe(201);
  const session = (await (await post("login")).json()) as Record<string, unknown>;
  expect(session["expiresInSeconds"]).toBe(120);
  const { exp, iat, sub } = decodeJwt(String(session["token"]));
  expect(Number(exp) - Number(iat)).toBe(120);
  expect(await serving.stop()).toBe(0);
  // Seen three days ago, it is over: the setting has reached the sessions.
  const store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  const [row] = await store.accounts.sessions(String(sub));
  if (row === undefined) throw new Error("Nobody is signed in.");
  const seenAtMs = Date.now() - 3 * 86_400_000;
  await store.accounts.renewSession(row, { refresh: row.refresh, previous: "", seenAtMs });
  await store.close();
  const again = serve(["--json", "--accounts"], { env: { SYNCLINE_IDLE_DAYS: "2" } });
  const later = JSON.parse(await again.told) as { url: string };
  const headers = { authorization: `Bearer ${session["token"]}` };
  expect((await fetch(`${later.url}/accounts/me`, { headers })).status).toBe(401);
  expect(await again.stop()).toBe(0);
  for (const args of [
    ["--token-seconds", "59"],
    ["--token-seconds", "1.5"],
    ["--idle-days", "0"],
  ]) {
    const refused = serve(["--accounts", ...args]);
    expect(await refused.told).toMatch(
      /^config: (tokenSeconds|idleDays) \(--(token-seconds|idle-days)\): give a whole/,
    );
    expect(await refused.stop()).toBe(1);
  }
});

test.each([
  ["export default {};", [], "no list of apps"],
  ["export default []; export const consumers = 1;", [], "no list of consumers"],
  ["export default []; export const dialects = {};", [], "no list of dialects"],
  ["export default []; export const dialects = [{}];", [], "dialects[0]: A dialect is a function"],
  ["throw new Error('no');", [], "cannot be imported: Error: no"],
  [APPS, ["--site", "nowhere"], "There is no folder"],
  [APPS, ["--site", "."], "has no index.html"],
])("%s with %j is refused: %s", async (module, args, reason) => {
  await writeFile(join(cwd, "apps.mjs"), module);
  const serving = serve(["--apps", "apps.mjs", ...args]);
  const text = await serving.told;
  expect(text).toMatch(/^config: /);
  expect(text).toContain(reason);
  expect(text).not.toMatch(/\n\s+at /);
  expect(await serving.stop()).toBe(1);
});

test("in production every line is for programs, and nobody is given a token", async () => {
  await writeFile(join(cwd, "apps.mjs"), APPS);
  const serving = serve(["--mode", "production", "--apps", "apps.mjs"], {
    env: { SYNCLINE_AUTH_SECRET: "a secret of thirty-two bytes and more" },
  });
  const said = JSON.parse(await serving.told) as object;
  expect(said).toMatchObject({
    level: 30,
    time: expect.any(Number),
    pid: process.pid,
    msg: "listening",
    url: expect.stringContaining("http://"),
    apps: "habits",
  });
  expect(JSON.stringify(said)).not.toContain("token");
  expect(await serving.stop()).toBe(0);
});

test.each([
  ["development", [], 200],
  ["development with a token", ["--metrics-token", "m-1"], 401],
  ["production", ["--mode", "production"], 401],
  ["production with a token", ["--mode", "production", "--metrics-token", "m-1"], 401],
])(
  "the metrics in %s are answered to nobody in particular with %j: %i",
  async (_what, args, status) => {
    await writeFile(join(cwd, "apps.mjs"), APPS);
    const secret = { SYNCLINE_AUTH_SECRET: "0123456789abcdef0123456789abcdef" };
    const serving = serve(["--json", "--apps", "apps.mjs", ...args], { env: secret });
    const { url } = JSON.parse(await serving.told) as { url: string };
    expect((await fetch(`${url}/metrics`)).status).toBe(status);
    const headers = { authorization: "Bearer m-1" };
    const withToken = await fetch(`${url}/metrics`, { headers });
    expect(withToken.status).toBe(args.includes("m-1") || status === 200 ? 200 : 401);
    expect(await serving.stop()).toBe(0);
  },
);

test.each([
  ["0.0.0.0", "development", true],
  ["127.0.0.1", "development", false],
  ["0.0.0.0", "production", false],
])("on %s in %s mode it is said aloud what that means: %s", async (host, mode, isSaid) => {
  await writeFile(join(cwd, "apps.mjs"), APPS);
  let said = "";
  const env = { SYNCLINE_AUTH_SECRET: "0123456789abcdef0123456789abcdef" };
  const serving = serve(["--apps", "apps.mjs", "--host", host, "--mode", mode], {
    env,
    stderr: {
      write(text) {
        said += text;
      },
    },
  });
  await serving.told;
  expect(await serving.stop()).toBe(0);
  expect(said.includes("Warning: in development mode")).toBe(isSaid);
});

test.each([
  ["0.0.0.0/0", "every address"],
  ["::/0", "every address"],
  ["nonsense", "no address"],
  ["10.0.0.0/99", "no address"],
])("--trust-proxy %s is refused by name", async (proxies, reason) => {
  const serving = serve(["--trust-proxy", proxies]);
  const text = await serving.told;
  expect(text).toMatch(/^config: /);
  expect(text).toContain(reason);
  expect(await serving.stop()).toBe(1);
});

test("a port of their own answers the metrics, and nothing else", async () => {
  const probe = createNetServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo; // it listens on a port
  probe.close();
  await once(probe, "close");
  await writeFile(join(cwd, "apps.mjs"), APPS);
  const env = { SYNCLINE_AUTH_SECRET: "0123456789abcdef0123456789abcdef" };
  const args = ["--json", "--apps", "apps.mjs", "--mode", "production"];
  const serving = serve([...args, "--metrics-port", String(port)], { env });
  await serving.told;
  const own = `http://127.0.0.1:${port}`;
  expect(await (await fetch(`${own}/metrics`)).text()).toContain("syncline_unread_bytes 0");
  for (const path of ["/", "/health", "/metrics/", "/v1/todo/~/changes"])
    expect((await fetch(own + path)).status).toBe(404);
  expect((await fetch(`${own}/metrics`, { method: "POST" })).status).toBe(404);
  expect(await serving.stop()).toBe(0);
});
