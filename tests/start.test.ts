// The first command, as a person runs it: npm start in this repository, with its data elsewhere.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { signalGroup } from "./packaging/process-group.ts";
import { within } from "./packaging/within.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** That it never says what is waited for. */
const NEVER_MS = 180_000;

interface Started {
  readonly child: ChildProcess;
  /** What it has said so far. */
  said(): string;
  /** npm's exit code, or nothing where a signal ended it. */
  readonly exit: Promise<number | null>;
}

let folder: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-start-"));
});
afterEach(async () => {
  for (const child of running) signalGroup(child, "SIGKILL");
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Runs npm, and waits until its output has what is looked for. */
async function npm(args: readonly string[], ready: RegExp, env = {}): Promise<Started> {
  const child = spawn("npm", args, { cwd: ROOT, env: { ...process.env, ...env }, detached: true });
  running.add(child);
  // All that it started is gone, too, when nobody can write to its output any more.
  const exit = once(child, "close").then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  let said = "";
  const saysIt = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += String(chunk);
      if (ready.test(said)) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => reject(new Error(`it ended: ${said}`)));
  }).then(() => true);
  if (!(await within(NEVER_MS, saysIt))) throw new Error(`it does not say ${ready}: ${said}`);
  return {
    child,
    said: () => said,
    exit,
  };
}

/** Asks again while the server says that it has too much to do: tests share their machine with others. */
async function ask(address: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const answer = await fetch(address, init);
    if (answer.status !== 503) return answer;
    await answer.arrayBuffer();
    await delay(100);
  }
}

const post = (address: string, body: object, token = "") =>
  ask(address, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });

test("npm start serves the habit tracker at /, its API, and the API's page; it ends with npm", async () => {
  const data = join(folder, "data");
  const started = await npm(["start", "--", "--port", "0", "--data", data], /Stop with Ctrl-C/);
  const said = started.said();
  const [, url = ""] = /is at (http:\/\/\S+)/.exec(said) ?? [];
  expect(said).toContain(`API page   ${url}/docs`);
  expect(said).toContain(`database   ${join(data, "syncline.db")}`);
  expect(existsSync(join(data, "syncline.db"))).toBe(true);
  expect(said).not.toContain("TOKEN");

  const page = await ask(url, { headers: { accept: "text/html" } });
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  expect(await page.text()).toContain("<title>");
  const deep = await ask(`${url}/statistics`, { headers: { accept: "text/html" } });
  expect([deep.status, deep.headers.get("cache-control")]).toEqual([200, "no-cache"]);
  const docs = await ask(`${url}/swagger/index.html`);
  expect([docs.status, docs.url]).toEqual([200, `${url}/docs`]);
  expect(await docs.text()).toContain("swagger");
  expect((await (await ask(`${url}/health`)).json()) as object).toMatchObject({ status: "ok" });

  const ada = { email: "ada@example.org", password: "orange-kite-42" };
  expect((await ask(`${url}/api/v1/habits`)).status).toBe(401);
  expect((await post(`${url}/api/v1/auth/register`, ada)).status).toBe(201);
  const login = await post(`${url}/api/v1/auth/login`, ada);
  const { token } = (await login.json()) as { token: string };
  const made = await post(`${url}/api/v1/habits`, { title: "Cello" }, token);
  expect([made.status, await made.json()]).toMatchObject([201, { title: "Cello", version: 1 }]);
  const missing = await ask(`${url}/api/v1/nothing`, { headers: { accept: "text/html" } });
  expect([missing.status, await missing.text()]).toEqual([404, "404 page not found"]);

  started.child.kill("SIGTERM");
  await started.exit;
  expect(started.said()).toContain("Stopping");
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test("flags, variables and --json of `syncline serve` hold for npm start too, and SIGTERM ends it with 0", async () => {
  const site = join(folder, "site");
  await mkdir(site);
  await writeFile(join(site, "index.html"), "<p>Mine</p>");
  const started = await npm(
    ["start", "--silent", "--", "--json", "--port=0", "--site", site],
    /\}\n/,
    { SYNCLINE_DATA: join(folder, "elsewhere"), SYNCLINE_ACCOUNTS: "false" },
  );
  const line =
    started
      .said()
      .split("\n")
      .find((text) => text.startsWith("{")) ?? "";
  const told = JSON.parse(line) as { url: string; token: string; pid: number };
  expect(told).toEqual({
    url: told.url,
    site: `${told.url}/`,
    console: `${told.url}/console`,
    docs: `${told.url}/docs`,
    database: join(folder, "elsewhere", "syncline.db"),
    apps: "kanso",
    bases: {},
    token: told.token,
    pid: told.pid,
  });
  expect(await (await ask(told.url)).text()).toBe("<p>Mine</p>");
  const answer = await ask(`${told.url}/api/v1/habits`, {
    headers: { authorization: `Bearer ${told.token}` },
  });
  expect([answer.status, await answer.json()]).toEqual([200, []]);
  process.kill(told.pid, "SIGTERM");
  expect(await started.exit).toBe(0);
});
