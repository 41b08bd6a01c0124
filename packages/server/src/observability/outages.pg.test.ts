// What a server says of itself when nothing can be written any more: /ready, one line in the log, figures; and of its bus.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRedisBus } from "../bus/redis.ts";
import type { ServerOptions } from "../create-server.ts";
import { openDatabase } from "../store/postgres/database.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestPostgres } from "../testing/postgres.ts";
import { startTestRedis } from "../testing/processes.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-outage-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const PATIENCE = { timeout: 20_000, interval: 100 };

async function start(
  store: Awaited<ReturnType<typeof openSqliteStore>>,
  more: Partial<ServerOptions> = {},
) {
  const lines: Record<string, unknown>[] = [];
  const server = await startTestServer({
    store,
    server: {
      ...more,
      logLevel: "warn",
      logSink: { write: (line) => void lines.push(JSON.parse(line)) },
    },
  });
  closing.push(() => server.close());
  return { server, lines };
}

async function push(server: TestServer, n: number, size = 10): Promise<number> {
  const time = `2026-11-20T10:00:00.000Z-0000-c${n}`;
  const fields = { text: "x".repeat(size) };
  const change = { collection: "notes", id: `n${n}`, op: "put", time, fields };
  const mutations = [{ id: 1, seen: null, changes: [change] }];
  const body = JSON.stringify({ clientId: `c${n}`, now: time, cursor: null, mutations });
  const answer = await server.call("alice", "/v1/todo/~/sync", { method: "POST", body });
  await answer.arrayBuffer();
  return answer.status;
}

/** The status of /ready, and what it says. */
async function ready({ url }: { readonly url: string }): Promise<[number, string]> {
  const answer = await fetch(`${url}/ready`);
  const { error } = (await answer.json()) as { error?: { message: string } };
  return [answer.status, error?.message ?? ""];
}

async function figure({ url }: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

test("a database file that was moved away is told by /ready, though the process can write to it", async () => {
  const path = join(folder, "syncline.db");
  const { server } = await start(await openSqliteStore({ path }));
  expect(await ready(server)).toEqual([200, ""]);
  await rename(path, `${path}.elsewhere`);
  await expect.poll(() => ready(server), PATIENCE).toEqual([503, expect.stringMatching(/moved/)]);
  await rename(`${path}.elsewhere`, path);
  await expect.poll(() => ready(server), PATIENCE).toEqual([200, ""]);
});

describe("on a disk of two megabytes", () => {
  const canMount = process.getuid?.() === 0 && process.platform === "linux";
  test.skipIf(!canMount)(
    "one line when it is full, one when it is not any more, whatever is asked between",
    async () => {
      const disk = join(folder, "disk");
      execFileSync("mkdir", [disk]);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
      closing.push(() => execFileSync("umount", [disk]));
      const { server, lines } = await start(
        await openSqliteStore({ path: join(disk, "syncline.db") }),
      );
      expect(await push(server, 1)).toBe(200);
      await writeFile(join(disk, "ballast"), Buffer.alloc(2 ** 21)).catch(() => undefined); // as much as there is room for
      await expect.poll(() => ready(server), PATIENCE).toEqual([503, "The disk is full."]);
      for (let n = 2; n < 12; n++) expect(await push(server, n, 10_000)).toBe(503);
      expect(lines.map(({ msg }) => msg)).toEqual(["the database is away"]);
      expect(lines[0]).toMatchObject({ code: "unavailable", reason: "The disk is full." });
      expect(JSON.stringify(lines)).not.toContain("stack");
      expect(await figure(server, "syncline_database_up")).toBe(0);
      expect(await figure(server, "syncline_database_outages_total")).toBe(1);
      expect(await figure(server, "syncline_database_failures_total")).toBeGreaterThan(10);
      await rm(join(disk, "ballast"));
      await expect.poll(() => ready(server), PATIENCE).toEqual([200, ""]);
      expect(lines.at(-1)).toMatchObject({
        level: 40,
        time: expect.any(Number),
        pid: process.pid,
        seconds: expect.any(Number),
        failures: expect.any(Number),
        msg: expect.stringMatching(/^the database is back after [\d.]+ s$/),
      });
      expect([lines.length, await figure(server, "syncline_database_up")]).toEqual([2, 1]);
    },
  );
});

test.skipIf(process.getuid?.() !== 0)(
  "a database file that the process may not write is told by /ready",
  async () => {
    const NOBODY = 65_534;
    const path = join(folder, "syncline.db");
    await (await openSqliteStore({ path })).close();
    await chmod(path, 0o444);
    await chmod(folder, 0o755);
    await rm(`${path}-lock`, { force: true });
    await chown(folder, NOBODY, NOBODY);
    const bin = fileURLToPath(new URL("../cli/bin.ts", import.meta.url));
    const child = spawn(
      process.execPath,
      ["--conditions=syncline-source", bin, "serve", "--data", folder, "--port", "0", "--json"],
      { uid: NOBODY, gid: NOBODY, cwd: folder, stdio: ["ignore", "pipe", "inherit"], env: {} },
    );
    closing.push(() => child.kill("SIGKILL"));
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`The server ended with ${code} before it said where it listens.`);
    });
    const [said] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
    ended.catch(() => undefined); // it is killed after the test
    const { url } = JSON.parse(String(said)) as { url: string };
    expect(await ready({ url })).toEqual([503, "The database cannot be written."]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  },
);

describe("on PostgreSQL", () => {
  test("a database that is down, and one whose role may not write, is told by /ready and by one line", async () => {
    const postgres = await startTestPostgres();
    closing.push(() => postgres.stop());
    const url = await postgres.database();
    const { server, lines } = await start(await openPostgresStore({ url }));
    expect([await push(server, 1), await ready(server)]).toEqual([200, [200, ""]]);
    await postgres.crash();
    await expect.poll(() => ready(server), PATIENCE).toMatchObject([503, expect.any(String)]);
    for (let n = 2; n < 8; n++) expect(await push(server, n)).toBe(503);
    expect(lines.map(({ msg }) => msg)).toEqual(["the database is away"]);
    await postgres.start();
    await expect.poll(() => ready(server), PATIENCE).toEqual([200, ""]);
    expect(lines.map(({ msg }) => msg)).toEqual([
      "the database is away",
      expect.stringMatching(/^the database is back after [\d.]+ s$/),
    ]);
    const database = await openDatabase({ url });
    closing.push(() => database.close());
    await database.query(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE insufficient_privilege; END $$",
    );
    await database.query(
      "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON spaces EXECUTE FUNCTION refuse()",
    );
    await expect
      .poll(() => ready(server), PATIENCE)
      .toEqual([503, expect.stringContaining("right")]);
    await database.query("DROP TRIGGER refuse ON spaces");
    await expect.poll(() => ready(server), PATIENCE).toEqual([200, ""]);
    await database.query("ALTER TABLE spaces RENAME TO gone");
    await expect
      .poll(() => ready(server), PATIENCE)
      .toEqual([503, expect.stringContaining("not there")]);
    await database.query("ALTER TABLE gone RENAME TO spaces");
  });
});

test("a bus that is lost has a line, a figure and a part of /health, and so when it is back", async () => {
  const redis = await startTestRedis();
  closing.push(() => redis.stop());
  const bus = await openRedisBus({ url: redis.url, key: "test" });
  const { server, lines } = await start(await openSqliteStore({ path: join(folder, "a.db") }), {
    bus,
  });
  const health = async () => await (await fetch(`${server.url}/health`)).json();
  expect(await health()).toEqual({ status: "ok", bus: "connected" });
  await redis.kill();
  await expect.poll(health, PATIENCE).toEqual({ status: "ok", bus: "unreachable" });
  expect(await figure(server, "syncline_bus_connected")).toBe(0);
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [50, expect.stringMatching(/^the bus is away/)],
  ]);
  await redis.start();
  await expect.poll(health, PATIENCE).toEqual({ status: "ok", bus: "connected" });
  expect(await figure(server, "syncline_bus_connected")).toBe(1);
  expect(await figure(server, "syncline_bus_losses_total")).toBe(1);
  expect(lines.at(-1)?.["msg"]).toMatch(/^the bus is back after/);
});

test("a request's own id is kept where it is one; its user is named by a hash, plainly, or not at all", async () => {
  for (const [logUsers, user] of [
    ["hashed", expect.stringMatching(/^[\w-]{16}$/)],
    ["plain", "alice"],
    ["none", undefined],
  ] as const) {
    const lines: Record<string, unknown>[] = [];
    const logSink = { write: (line: string) => void lines.push(JSON.parse(line)) };
    await using server = await startTestServer({
      server: { logLevel: "info", logUsers, logSink },
    });
    const ask = async (id: string) =>
      (
        await server.call("alice", "/v1/todo/~/changes", { headers: { "x-request-id": id } })
      ).headers.get("x-request-id");
    expect(await ask("proxy-4711:a.b")).toBe("proxy-4711:a.b");
    expect(await ask("short")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask("a".repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask("id with spaces")).toMatch(/^[0-9a-f-]{36}$/);
    const done = lines.find(
      ({ reqId, msg }) => reqId === "proxy-4711:a.b" && msg === "request completed",
    );
    expect(done).toMatchObject({ level: 30, time: expect.any(Number), pid: process.pid });
    expect(done?.["user"]).toEqual(user);
    if (logUsers !== "plain") expect(JSON.stringify(lines)).not.toContain("alice");
  }
});
