// The set-up of the mana guide starts as it stands there: keys over plain http from a private address, behind a proxy.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { bareEnvironment } from "../bare-environment.ts";
import { type SharedDatabase, sharedDatabase } from "../shared-postgres.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = join(ROOT, "packages/server/src/cli/bin.ts");
/** No name for this machine: an address of a private network like any other, which every system has. */
const PRIVATE = "127.0.0.2";
/** Where the guide's hosts are in this test. */
type Environment = { [name: string]: string };

let folder: string;
let database: SharedDatabase;
let upstream: Server;
let running: ChildProcess | undefined;
let sign: (userId: string) => Promise<string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-mana-deploy-"));
  database = await sharedDatabase();
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
  const key = { ...(await exportJWK(publicKey)), kid: "k1" };
  sign = (userId) =>
    new SignJWT({ sub: userId })
      .setProtectedHeader({ alg: "EdDSA", kid: "k1" })
      .setExpirationTime("15m")
      .sign(privateKey);
  // One server is both services: it is asked at the paths of each.
  upstream = createServer((request, response) => {
    const path = request.url ?? "";
    const answer = path.endsWith("/jwks")
      ? { keys: [key] }
      : path.endsWith("/memberships")
        ? { memberships: [{ organizationId: "acme", role: "member" }] }
        : { active: !path.endsWith("/unpaid") };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => upstream.listen(0, PRIVATE, resolve));
});
afterEach(async () => {
  if (running !== undefined && running.exitCode === null) {
    running.kill("SIGTERM");
    await once(running, "exit");
  }
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  database.close();
  await rm(folder, { recursive: true, force: true });
});

const read = async (path: string) => await readFile(join(ROOT, path), "utf8");

/** The environment of the compose file, with this test's places instead of its hosts. */
async function environment(): Promise<Environment> {
  const compose = parse(await read("deploy/mana.compose.yaml")) as {
    services: { "mana-sync": { environment: Environment } };
  };
  const { port } = upstream.address() as AddressInfo; // it listens on a port
  const said = Object.entries(compose.services["mana-sync"].environment);
  const here = said.map(([name, value]) => [
    name,
    value
      .replace(/mana-auth:3001|mana-credits:3061/, `${PRIVATE}:${port}`)
      .replace(/^postgres:.*/, database.url)
      .replace(/^\$\{.*\}$/, "a key of the services"),
  ]);
  return Object.fromEntries(here) as Environment;
}

/** Starts it as the image does. @returns its address; undefined where it ended instead, after what it said */
async function start(env: Environment): Promise<{ url?: string; said: string }> {
  const child = spawn(process.execPath, ["--conditions=syncline-source", BIN, "serve"], {
    cwd: folder,
    env: bareEnvironment({ SYNCLINE_MODE: "production", ...env, SYNCLINE_PORT: "0" }),
  });
  running = child;
  let said = "";
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const hear = (text: Buffer) => {
    said += text.toString();
    const [, url] = /"url":"([^"]+)"/.exec(said) ?? [];
    if (url !== undefined) resolve(url);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.once("exit", () => resolve(undefined));
  const url = await promise;
  return url === undefined ? { said } : { url, said };
}

test("the guide shows the compose file as it is", async () => {
  const file = (await read("deploy/mana.compose.yaml")).replace(/^(#.*\n)+/, "");
  const [, shown = ""] =
    /```yaml\n(services:[\s\S]*?)```/.exec(await read("docs/guide/mana.md")) ?? [];
  expect(shown).toBe(file);
});

test("a device syncs with the guide's set-up: keys from a private address, organisations, the gate", async () => {
  const { url, said } = await start(await environment());
  expect([url, said]).toEqual([expect.any(String), said]);
  const push = async (user: string) =>
    await fetch(`${url}/sync/todo`, {
      method: "POST",
      headers: { authorization: `Bearer ${await sign(user)}`, "x-client-id": "a" },
      body: JSON.stringify({
        since: "",
        changes: [{ table: "tasks", id: "k", op: "insert", data: { x: 1 }, spaceId: "acme" }],
      }),
    });
  expect((await push("anna")).status).toBe(200);
  const headers = { authorization: `Bearer ${await sign("ben")}` };
  const pulled = await fetch(`${url}/sync/todo/pull?collection=tasks&since=0`, { headers });
  expect(await pulled.json()).toMatchObject({ serverChanges: [{ id: "k", data: { x: 1 } }] });
  expect((await push("unpaid")).status).toBe(402);
});

test("without the leave for the private network it says which option is missing", async () => {
  const { SYNCLINE_JWKS_PRIVATE_NETWORK: _leave, ...env } = await environment();
  const { url, said } = await start(env);
  expect(url).toBeUndefined();
  expect(said).toMatch(/jwks-?private-?network/i);
});
