// The import of a mana-sync database, done again: it changes nothing, and says beforehand what there is.

import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createSeededRandom } from "@syncline/core/testing";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { runCommand } from "./run-command.ts";

const SCHEMA = `CREATE TABLE sync_changes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), app_id text NOT NULL, table_name text NOT NULL,
  record_id text NOT NULL, user_id text NOT NULL, op text NOT NULL, data jsonb, field_meta jsonb DEFAULT '{}',
  client_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), schema_version int NOT NULL DEFAULT 1,
  actor jsonb, origin text, space_id text);
  CREATE INDEX ON sync_changes (user_id, app_id, created_at)`;
const BEGAN = Date.UTC(2026, 4, 1);

let postgres: TestPostgres;
let cwd: string;
let source: pg.Client;
let url: string;

beforeAll(async () => {
  postgres = await startTestPostgres({ durable: false });
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-mana-again-"));
  url = await postgres.database();
  source = new pg.Client(url);
  await source.connect();
  await source.query(SCHEMA);
});
afterEach(async () => {
  await source.end();
  await rm(cwd, { recursive: true, force: true });
});

async function run(from: string, ...args: string[]) {
  let out = "";
  let err = "";
  const code = await runCommand(["import", "mana", "--from", from, "--json", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([""]),
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  const report = (out === "" ? {} : JSON.parse(out)) as { [name: string]: unknown };
  return { code, err, ...report, digest: report["digest"] };
}

interface Row {
  readonly user?: string;
  readonly record: string;
  readonly op: string;
  readonly data?: object;
  readonly stamps?: object;
  readonly client?: string;
  readonly at: number;
  readonly org?: string | null;
}

async function insert(rows: readonly Row[]): Promise<void> {
  for (const { user = "anna", record, op, data = {}, client = "a", at, stamps, org } of rows) {
    await source.query(
      `INSERT INTO sync_changes (app_id, table_name, user_id, record_id, op, data, field_meta, client_id, created_at, space_id)
        VALUES ('todo', 'tasks', $1, $2, $3, $4, $5, $6, to_timestamp($7), $8)`,
      [user, record, op, data, stamps ?? {}, client, at / 1000, org ?? null],
    );
  }
}

/** Everything that an import made, to the byte: records with all their times and stamps, and history. */
async function contents(): Promise<{ digest: string; spaces: string[] }> {
  await using store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  const hash = createHash("sha256");
  const spaces = await store.spaces({ after: "", limit: 100 });
  for (const head of spaces) {
    const { space, stamp, clock, tallies } = head;
    hash.update(JSON.stringify([space, stamp, clock, tallies]));
    const page = await store.page({
      space,
      after: 0,
      tombstonesAfter: 0,
      limit: 100_000,
      maxBytes: 1e9,
      separator: "\n",
      form: "state",
    });
    hash.update(page?.changes ?? "");
    hash.update(JSON.stringify(await store.history({ space, after: 0, limit: 100_000 })));
  }
  return { digest: hash.digest("hex"), spaces: spaces.map(({ space }) => space) };
}

/** A log as devices make it: inserts without times, edits of one device within one millisecond, deletions, in any order. */
function randomLog(count: number): Row[] {
  const random = createSeededRandom("mana-again");
  return Array.from({ length: count }, (_, index): Row => {
    const record = `k${random.below(60)}`;
    const at = BEGAN + Math.floor(index / 5) * 3;
    const text = new Date(at - random.below(40)).toISOString();
    const [user, org] = random.below(4) === 0 ? [`u${random.below(3)}`, "acme"] : ["anna", null];
    const common = { user, org, record, client: `c${random.below(2)}`, at };
    const field = `f${random.below(3)}`;
    switch (random.below(6)) {
      case 0:
        return { ...common, op: "insert", data: { [field]: `insert ${index}` } };
      case 1:
        return { ...common, op: "delete", data: { deletedAt: text } };
      case 2:
        return { ...common, op: "delete" };
      default:
        return {
          ...common,
          op: "update",
          data: { [field]: `edit ${index}` },
          stamps: { [field]: { at: text } },
        };
    }
  });
}

const SHARED = ["--mana-auth-url", "http://localhost:3001"];

test("done five times it is done once, to the byte; done bit by bit it ends with the same", async () => {
  const log = randomLog(3_000);
  await insert(log.slice(0, 2_000));
  await run(url, ...SHARED);
  await insert(log.slice(2_000));
  const grown = await run(url, ...SHARED);
  const first = await contents();
  expect(first.spaces).toEqual(["todo/~=org.acme", "todo/~anna"]);
  for (let i = 0; i < 4; i += 1) {
    expect(await run(url, ...SHARED)).toMatchObject({ code: 0, digest: grown.digest });
    expect((await contents()).digest).toBe(first.digest);
  }
  await rm(join(cwd, "data"), { recursive: true });
  const whole = await run(url, ...SHARED);
  expect(whole).toMatchObject({ code: 0, digest: grown.digest, spaces: 2, rows: 3_000 });
  expect((await contents()).digest).toBe(first.digest);
});

test("a row that was committed late, among those that were imported, is imported with the next run", async () => {
  await insert(randomLog(500));
  await run(url, "--unshared");
  await insert([{ record: "late", op: "insert", data: { x: 1 }, at: BEGAN + 150 }]);
  const { records } = (await run(url, "--unshared")) as { records?: number };
  const again = await run(url, "--unshared");
  expect(again).toMatchObject({ code: 0, records });
  await using store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  const key = { collection: "tasks", id: "late" };
  expect(await store.record("todo/~anna", key)).toMatchObject({ fields: { x: 1 } });
});

test("a dry run says what there is, and imports nothing", async () => {
  await insert([
    { record: "k1", op: "insert", data: { x: 1 }, at: BEGAN },
    { record: "k2", op: "insert", data: { createdAt: "2026-05-01T00:00:00Z" }, at: BEGAN + 1 },
    { record: "big", op: "insert", data: { x: "x".repeat(11 * 1024 * 1024) }, at: BEGAN + 2 },
    { user: "ben", record: "k3", op: "delete", at: BEGAN + 3, org: "acme" },
    { user: "ben", record: "k4", op: "delete", at: BEGAN + 4, org: "_personal:ben" },
  ]);
  const counts = {
    users: 2,
    apps: 1,
    rows: 5,
    recordsTooLarge: 1,
    untimedInserts: 2,
    sharedRows: 1,
    hidesRows: false,
  };
  expect(await run(url, "--dry-run", ...SHARED)).toMatchObject({ code: 0, ...counts });
  // Whoever does not say what becomes of shared rows is asked, before anything is stored where nobody else sees it.
  const unsaid = await run(url, "--dry-run");
  expect(unsaid).toMatchObject({ code: 1, ...counts });
  expect(unsaid.err).toContain("--mana-auth-url");
  expect((await run(url)).code).toBe(1);
  await using store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
  expect(await store.spaces({ after: "", limit: 10 })).toEqual([]);
});

test("who is shown no rows because of row-level security is told so, and nothing is said to be done", async () => {
  await insert([{ record: "k1", op: "insert", data: { x: 1 }, at: BEGAN }]);
  await source.query("ALTER TABLE sync_changes ENABLE ROW LEVEL SECURITY");
  await source.query("ALTER TABLE sync_changes FORCE ROW LEVEL SECURITY");
  await source.query(
    "CREATE POLICY own ON sync_changes USING (user_id = current_setting('app.current_user_id', true))",
  );
  const role = `reader_${Date.now()}`;
  await source.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
  await source.query(`GRANT SELECT ON sync_changes TO ${role}`);
  const other = new URL(url);
  other.username = role;
  other.password = "reader";
  for (const args of [["--dry-run"], []]) {
    const { code, err } = await run(other.href, ...args);
    expect(code).toBe(1);
    expect(err).toContain("Row-level security hides rows");
  }
  expect((await run(url)).code).toBe(0);
});
