// The import of a mana-sync database, with a real PostgreSQL that holds what such a server wrote.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createSeededRandom } from "@syncline/core/testing";
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { manaDialect } from "../dialects/mana/index.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestServer } from "../testing/start-server.ts";
import { runCommand } from "./run-command.ts";

const SCHEMA = (stamps: string) => `CREATE TABLE sync_changes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), app_id text NOT NULL, table_name text NOT NULL,
  record_id text NOT NULL, user_id text NOT NULL, op text NOT NULL, data jsonb, ${stamps} jsonb DEFAULT '{}',
  client_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), schema_version int NOT NULL DEFAULT 1
  ${stamps === "field_meta" ? ", actor jsonb, origin text, space_id text" : ""});
  CREATE INDEX ON sync_changes (user_id, app_id, created_at)`;

const postgres = sharedDatabases();
let cwd: string;
let source: pg.Client;
let url: string;

afterAll(() => postgres.stop());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-mana-import-"));
  url = await postgres.database();
  source = new pg.Client(url);
  await source.connect();
});
afterEach(async () => {
  await source.end();
  await rm(cwd, { recursive: true, force: true });
});

async function run(...args: string[]) {
  let out = "";
  let err = "";
  const code = await runCommand(["import", "mana", "--from", url, "--json", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([""]),
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  const report = (code === 0 ? JSON.parse(out) : {}) as { [name: string]: unknown };
  return { code, err, ...report, digest: report["digest"] };
}

interface Row {
  readonly user?: string;
  readonly record: string;
  readonly op: string;
  readonly data?: object;
  readonly stamps?: object;
  readonly client?: string;
  readonly at: string;
}

async function insert(stamps: string, rows: readonly Row[]): Promise<void> {
  for (const { user = "anna", record, op, data = {}, client = "a", at, ...row } of rows) {
    await source.query(
      `INSERT INTO sync_changes (app_id, table_name, user_id, record_id, op, data, ${stamps}, client_id, created_at)
        VALUES ('todo', 'tasks', $1, $2, $3, $4, $5, $6, $7)`,
      [user, record, op, data, row.stamps ?? {}, client, at],
    );
  }
}

async function serve(
  test: (
    pull: (clientId: string, since: string) => Promise<{ id: string; op: string }[]>,
  ) => Promise<void>,
) {
  const store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  await using server = await startTestServer({ store, server: { dialects: [manaDialect()] } });
  await test(async (clientId, since) => {
    const query = new URLSearchParams({ collection: "tasks", since });
    const answer = await server.call("anna", `/sync/todo/pull?${query}`, {
      headers: { "x-client-id": clientId },
    });
    return ((await answer.json()) as { serverChanges: { id: string; op: string }[] }).serverChanges;
  });
}

test.each(["field_timestamps", "field_meta"])(
  "a log becomes spaces: times of fields in %s, cursors and own changes as they were",
  async (stamps) => {
    await source.query(SCHEMA(stamps));
    await insert(stamps, [
      {
        record: "k1",
        op: "insert",
        data: { title: "one", createdAt: "2026-05-01T08:00:00.000Z" },
        at: "2026-05-01T08:00:01.000100Z",
      },
      {
        record: "k1",
        op: "update",
        data: { title: "newer", note: "n" },
        stamps: { title: "2026-05-01T09:00:00.000Z" },
        client: "b",
        at: "2026-05-01T09:00:01.120044Z",
      },
      {
        record: "k1",
        op: "update",
        data: { title: "stale" },
        stamps: { title: "2026-05-01T08:30:00.000Z" },
        at: "2026-05-01T09:00:01.120045Z",
      },
      { record: "k2", op: "insert", data: { title: "two" }, at: "2026-05-01T09:00:01.120900Z" },
      {
        record: "k2",
        op: "delete",
        data: { deletedAt: "2026-05-01T09:30:00.000Z" },
        client: "b",
        at: "2026-05-01T09:30:00.500000Z",
      },
      {
        user: "bob",
        record: "k1",
        op: "insert",
        data: { title: "bob's" },
        at: "2026-05-01T09:00:00Z",
      },
    ]);
    const first = await run();
    expect(first).toMatchObject({ code: 0, spaces: 2, rows: 6, records: 2, problems: 0 });
    expect(await run()).toMatchObject({ code: 0, digest: first.digest });
    await serve(async (pull) => {
      expect(await pull("c", "1970-01-01T00:00:00.000Z")).toMatchObject([
        {
          id: "k1",
          data: { title: "newer" },
          fields: { title: { at: "2026-05-01T09:00:00.000Z" } },
        },
        { id: "k2", op: "delete", deletedAt: "2026-05-01T09:30:00.000Z" },
      ]);
      // A cursor from there: what came after it comes, what came before does not.
      expect(await pull("c", "2026-05-01T09:00:01.120044Z")).toMatchObject([{ id: "k2" }]);
      expect(await pull("c", "2026-05-01T09:00:01.120043Z")).toMatchObject([
        { id: "k1" },
        { id: "k2" },
      ]);
      expect(await pull("b", "2026-05-01T08:00:00Z")).toMatchObject([{ id: "k1", op: "insert" }]);
    });
  },
);

test("rows that can be no change are named, and passed over where that is asked for", async () => {
  await source.query(SCHEMA("field_meta"));
  await insert("field_meta", [
    { record: "k1", op: "insert", data: { title: "good" }, at: "2026-05-01T08:00:00Z" },
    { record: "x".repeat(200), op: "insert", at: "2026-05-01T08:00:01Z" },
    { record: "k2", op: "insert", data: { big: 1e300 }, at: "2026-05-01T08:00:02Z" },
  ]);
  const refused = await run();
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/row [0-9a-f-]{36}: .*--continue-on-error/);
  const passed = await run("--continue-on-error");
  expect(passed.err).toContain("passed over row");
  await source.query("DELETE FROM sync_changes WHERE record_id <> 'k1'");
  expect(await run()).toMatchObject({ code: 0, records: 1 });
});

test("a database without the table is told so", async () => {
  expect(await run()).toMatchObject({
    code: 1,
    err: expect.stringContaining("no table sync_changes"),
  });
});

test("what was cut off goes on, and ends with what one run gives: a fold of the log", async () => {
  await source.query(SCHEMA("field_timestamps"));
  const random = createSeededRandom("mana-import");
  const begin = Date.UTC(2026, 4, 1);
  const expected = new Map<string, Map<string, { at: string; value: number }>>();
  for (let i = 0; i < 5_000; i++) {
    // Imported bit by bit, as it grows.
    if (i % 1_750 === 0) expect((await run()).code).toBe(0);
    const [record, field] = [`k${random.below(300)}`, `f${random.below(4)}`];
    const at = new Date(begin + random.below(1_000_000)).toISOString();
    // Many rows of one microsecond, as one transaction writes them.
    const received = new Date(begin + 2_000_000 + Math.floor(i / 7) * 10).toISOString();
    await insert("field_timestamps", [
      {
        record,
        op: "update",
        data: { [field]: i },
        stamps: { [field]: at },
        client: `c${i % 3}`,
        at: received,
      },
    ]);
    const fields = expected.get(record) ?? new Map();
    expected.set(record, fields);
    if ((fields.get(field)?.at ?? "") < at) fields.set(field, { at, value: i });
  }
  const last = await run();
  expect(last).toMatchObject({ rows: 5_000, records: expected.size });
  const grown = cwd;
  cwd = await mkdtemp(join(tmpdir(), "syncline-mana-import-"));
  expect((await run()).digest).toBe(last.digest);
  await serve(async (pull) => {
    const changes = (await pull("c", "1970-01-01T00:00:00.000Z")) as unknown as {
      id: string;
      data: { [name: string]: number };
    }[];
    for (const { id, data } of changes)
      for (const [field, { value }] of expected.get(id) ?? [])
        expect([id, field, data[field]]).toEqual([id, field, value]);
    expect(changes).toHaveLength(expected.size);
  });
  await rm(grown, { recursive: true, force: true });
});
