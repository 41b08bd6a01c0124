// Moving a SQLite deployment into PostgreSQL while clients push, and restoring a backup into it.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { sharedDatabases } from "../../../../../tests/shared-postgres.ts";
import { startTestServer, type TestServer } from "../../testing/start-server.ts";
import { type Database, openDatabase as openPostgres } from "../postgres/database.ts";
import { migrate } from "../postgres/migrate.ts";
import { openPostgresStore } from "../postgres/postgres-store.ts";
import { openDatabase as openSqlite } from "../sqlite/open.ts";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import { refuseMoved } from "./fence.ts";
import { type MoveOptions, moveToPostgres, restoreToPostgres } from "./move.ts";

const SECRET = "one secret for the old server and the new one";
const postgres = sharedDatabases();
afterAll(() => postgres.stop());

let folder: string;
let path: string;
let url: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-move-"));
  path = join(folder, "syncline.db");
  url = await postgres.database();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(store: Awaited<ReturnType<typeof openSqliteStore>>): Promise<TestServer> {
  const server = await startTestServer({ store, server: { auth: { secret: SECRET } } });
  closing.push(() => server.close());
  return server;
}

async function openBoth(): Promise<{ source: DatabaseSync; target: Database }> {
  const source = openSqlite(path);
  const target = await openPostgres({ url });
  closing.push(
    () => source.close(),
    () => target.close(),
  );
  return { source, target };
}

const quiet = { progress: () => undefined, signal: new AbortController().signal };

interface Answer {
  readonly status: number;
  readonly results: readonly { readonly id: number; readonly status: string }[];
  readonly cursor: string;
  readonly message: string;
}

/** One client that pushes one put after the other, each until it is acknowledged. */
function createClient(clientId: string, space = "~") {
  let last = 0;
  let cursor: string | null = null;
  const acknowledged: string[] = [];
  return {
    acknowledged,
    async push(server: TestServer, count = 1): Promise<Answer> {
      const mutations = Array.from({ length: count }, (_, i) => {
        const id = last + 1 + i;
        const time = `2026-11-20T10:00:00.000Z-${id.toString(16).padStart(4, "0")}-${clientId}`;
        const op = id % 10 === 0 ? { op: "delete" } : { op: "put", fields: { n: id } };
        const key = `${clientId}-${id % 10 === 0 ? id - 1 : id}`;
        return { id, seen: null, changes: [{ collection: "todos", id: key, time, ...op }] };
      });
      const answer = await server.call("alice", `/v1/todo/${space}/sync`, {
        method: "POST",
        body: JSON.stringify({
          clientId,
          now: `2026-11-20T10:00:00.000Z-0000-${clientId}`,
          cursor,
          mutations,
        }),
      });
      const body = (await answer.json()) as {
        results?: Answer["results"];
        cursor?: string;
        error?: { message: string };
      };
      if (answer.status === 200) {
        last += count;
        cursor = body.cursor ?? null;
        for (const { changes } of mutations) acknowledged.push(...changes.map(({ id }) => id));
      }
      return {
        status: answer.status,
        results: body.results ?? [],
        cursor: body.cursor ?? "",
        message: body.error?.message ?? "",
      };
    },
  };
}

async function syncline(...args: string[]): Promise<string> {
  const bin = fileURLToPath(new URL("../../cli/bin.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=syncline-source",
    bin,
    ...args,
  ]);
  return stdout;
}

describe("syncline move", () => {
  test("[G1] [G3] moves a server that is written to: what was acknowledged is there once, and cursors stay good", async () => {
    const old = await serve(await openSqliteStore({ path }));
    const clients = ["c1", "c2", "c3"].map((id) => createClient(id, id === "c3" ? "team" : "~"));
    for (const client of clients) for (let i = 0; i < 30; i++) await client.push(old, 20);
    let moving = true;
    const writing = clients.map(async (client) => {
      let refused: Answer | undefined;
      while (refused === undefined) {
        const answer = await client.push(old);
        if (answer.status !== 200) refused = answer;
        else if (!moving) throw new Error("the old server took a write after the move");
      }
      return refused;
    });
    // A process of its own, as for an operator: while it holds the lock the server's process waits for it.
    const moved = JSON.parse(await syncline("move", "--data", folder, "--to", url, "--json"));
    moving = false;
    const refusals = await Promise.all(writing);
    for (const { status, message } of refusals)
      expect([status, message]).toEqual([
        503,
        "This database was moved: start the server on the new one.",
      ]);
    expect(moved).toMatchObject({
      spaces: 2,
      rows: expect.any(Number),
      stoppedMs: expect.any(Number),
    });
    expect(JSON.stringify(moved)).not.toContain("postgres:syncline");
    const store = await openPostgresStore({ url });
    expect(await store.check()).toEqual([]);
    const next = await serve(store);
    // The same push as the one that was refused, with the cursor of before.
    for (const client of clients) {
      const { status, results } = await client.push(next);
      expect([status, results.map((result) => result.status)]).toEqual([200, ["applied"]]);
    }
    const history = new Map<string, number>();
    for (const space of ["todo/~alice", "todo/team"]) {
      for (let after = 0; ; ) {
        const entries = await store.history({ space, after, limit: 500 });
        for (const { id, op } of entries)
          if (op === "put") history.set(id, (history.get(id) ?? 0) + 1);
        const last = entries.at(-1);
        if (last === undefined) break;
        after = last.stamp;
      }
    }
    const wanted = new Set(clients.flatMap(({ acknowledged }) => acknowledged));
    expect([...wanted].filter((id) => history.get(id) !== 1)).toEqual([]);
    expect(history.size).toBe(wanted.size);
  });

  test("goes on where it was cut off; until it is done no server takes the copy for the whole", async () => {
    const old = await serve(await openSqliteStore({ path }));
    const client = createClient("c1");
    for (let i = 0; i < 20; i++) await client.push(old, 500);
    const { source, target } = await openBoth();
    const cut = new AbortController();
    let first = 0;
    const options: MoveOptions = {
      source,
      target,
      signal: cut.signal,
      progress(rows) {
        first = rows;
        if (rows >= 6_000) cut.abort();
      },
    };
    await expect(moveToPostgres(options)).rejects.toMatchObject({ code: "aborted" });
    await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: "unavailable" });
    // The old server goes on, and compacts.
    await client.push(old, 100);
    const head = await old.store.head("todo/~alice");
    await old.store.compact("todo/~alice", (head?.stamp ?? 0) - 5_000);
    const { rows } = await moveToPostgres({ ...options, ...quiet });
    expect(rows).toBeLessThan(15_000 - first);
    const store = await openPostgresStore({ url });
    closing.push(() => store.close());
    expect(await store.check()).toEqual([]);
    expect(await store.head("todo/~alice")).toEqual(await old.store.head("todo/~alice"));
    const entries = { space: "todo/~alice", after: 0, limit: 20_000 };
    expect(await store.history(entries)).toEqual(await old.store.history(entries));
  });

  test("refuses a database with other data, and a second move; the old file is not served any more", async () => {
    const old = await serve(await openSqliteStore({ path }));
    await createClient("c1").push(old);
    const { source, target } = await openBoth();
    await moveToPostgres({ source, target, ...quiet });
    await expect(moveToPostgres({ source, target, ...quiet })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(() => refuseMoved(path)).toThrow(expect.objectContaining({ code: "database_readonly" }));
    const other = openSqlite(join(folder, "other.db"));
    closing.push(() => other.close());
    await expect(moveToPostgres({ source: other, target, ...quiet })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("There are spaces"),
    });
  });

  test("a copy that does not add up is not switched to, and the old server goes on", async () => {
    const old = await serve(await openSqliteStore({ path }));
    const client = createClient("c1");
    await client.push(old, 5);
    const { source, target } = await openBoth();
    await migrate(target);
    await target.query(
      "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    );
    await target.query(
      "CREATE TRIGGER lose BEFORE INSERT ON records FOR EACH ROW WHEN (NEW.id = 'c1-3') EXECUTE FUNCTION lose()",
    );
    const damaged = moveToPostgres({ source, target, ...quiet });
    await expect(damaged).rejects.toMatchObject({ code: "database_corrupt" });
    expect((await client.push(old)).status).toBe(200);
    await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a move that ended between its last two steps is finished by the next", async () => {
    const old = await serve(await openSqliteStore({ path }));
    await createClient("c1").push(old, 5);
    const { source, target } = await openBoth();
    await moveToPostgres({ source, target, ...quiet });
    await target.query("CREATE TABLE syncline_moving (began_at timestamptz)");
    expect(await moveToPostgres({ source, target, ...quiet })).toMatchObject({
      spaces: 1,
      rows: 0,
    });
    const store = await openPostgresStore({ url });
    await store.close();
  });
});

describe("syncline restore into PostgreSQL", () => {
  test("[G8] brings everything back under other epochs, so that no client keeps a cursor of what is lost", async () => {
    const old = await serve(await openSqliteStore({ path }));
    const client = createClient("c1");
    await client.push(old, 25);
    await old.store.backup(join(folder, "backup.db"));
    path = join(folder, "backup.db");
    const { source, target } = await openBoth();
    const epochs = ["e1"];
    const devices = "offer" as const;
    const options = { source, target, ...quiet, devices, newEpoch: () => epochs.shift() ?? "" };
    expect(await restoreToPostgres(options)).toMatchObject({ spaces: 1 });
    const restored = await serve(await openPostgresStore({ url }));
    const head = await restored.store.head("todo/~alice");
    expect(head).toMatchObject({ epoch: "e1", lineage: [{ upTo: head?.stamp, devices }] });
    // What the backup holds all of goes on; what was read past it is refused.
    expect((await client.push(restored)).status).toBe(200);
    await expect(restoreToPostgres(options)).rejects.toMatchObject({ code: "conflict" });
  });
});
