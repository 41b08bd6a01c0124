// The import of the original's database, with a real PostgreSQL that holds what such a server leaves behind.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { type Kanso, PASSWORD, startKanso } from "./fixture.ts";
import { fillOriginal, originalFeed } from "./original-database.ts";
import { runCli } from "./run-cli.ts";

const SIZE = { people: 3, habits: 8, entries: 40 };
const ROWS = SIZE.people * SIZE.habits * (1 + SIZE.entries);
const EMAIL = "person1@example.org";

let cwd: string;
let source: pg.Client;
let url: string;
let databases: SharedDatabase[] = [];

async function database(): Promise<string> {
  const made = await sharedDatabase();
  databases.push(made);
  return made.url;
}

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kanso-import-"));
  url = await database();
  source = new pg.Client(url);
  await source.connect();
});
afterEach(async () => {
  await source.end();
  for (const one of databases) one.close();
  databases = [];
  await rm(cwd, { recursive: true, force: true });
});

const STORES = [
  { name: "SQLite", target: async () => [] as string[] },
  {
    name: "PostgreSQL",
    target: async () => ["--database-url", await database()],
  },
];

async function importKanso(target: readonly string[], ...flags: readonly string[]) {
  const { code, out, err } = await runCli(
    ["import", "kanso", "--from", url, "--json", ...target, ...flags],
    { cwd },
  );
  const report = (out === "" ? {} : JSON.parse(out)) as { readonly [name: string]: unknown };
  return { code, err, ...report, digest: report["digest"] };
}

function open([, databaseUrl]: readonly string[]): Promise<Store> {
  return databaseUrl === undefined
    ? openSqliteStore({ path: join(cwd, "data", "syncline.db") })
    : openPostgresStore({ url: databaseUrl });
}

async function signIn(kanso: Kanso) {
  const { status, body } = await kanso.call("POST", "/api/v1/auth/login", {
    email: EMAIL,
    password: PASSWORD,
  });
  expect(status).toBe(200);
  return (method: string, path: string, sent?: unknown) =>
    kanso.call(method, `/api/v1${path}`, sent, { authorization: `Bearer ${body.token}` });
}

describe.each(STORES)("into $name", ({ target }) => {
  test("people, records, what was deleted, versions and cursors are as they were; again nothing happens", async () => {
    await fillOriginal(source, SIZE);
    const into = await target();
    const first = await importKanso(into);
    expect(first).toMatchObject({
      code: 0,
      users: 3,
      rows: ROWS,
      written: ROWS,
      known: 0,
      problems: 0,
    });
    expect(await importKanso(into)).toMatchObject({
      ...{ code: 0, written: 0, known: ROWS, digest: first.digest },
    });
    await using kanso = await starting(await open(into));
    expect(await kanso.kanso.server.store.check()).toEqual([]);
    const call = await signIn(kanso.kanso);
    const habits = await call("GET", "/habits/sync");
    const { rows: there } = await source.query(
      `SELECT h.id, title, h.version, h.deleted_at IS NOT NULL AS gone FROM habits AS h JOIN users AS u ON u.id = user_id
        WHERE email = $1 ORDER BY h.updated_at, h.id::text`,
      [EMAIL],
    );
    const seen = (habits.body.changes as { [name: string]: unknown }[])
      .map(({ id, title, version, deleted_at }) => ({
        id,
        title,
        version,
        gone: deleted_at !== undefined,
      }))
      .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(seen).toEqual(there.sort((a, b) => (a.id < b.id ? -1 : 1)));
    for (const after of [
      "2026-01-01T08:00:00.000001Z",
      "2026-01-10T09:00:00.000001Z",
      "2026-02-06T09:00:00.000001Z",
    ]) {
      const wanted = await originalFeed(source, "habit_entries", { email: EMAIL, after });
      const { body } = await call("GET", `/entries/sync?since=${after}`);
      const given: string[] = body.changes.map(({ id }: { id: string }) => id);
      // All that the original would give; of rows that share the cursor's own microsecond some come again.
      expect(wanted.filter((id) => !given.includes(id))).toEqual([]);
      const again = new Set(wanted);
      const extra = given.filter((id) => !again.has(id));
      const { rows: atOnce } = await source.query<{ id: string }>(
        "SELECT id FROM habit_entries WHERE updated_at = $1",
        [after],
      );
      expect(extra.filter((id) => !atOnce.some((row) => row.id === id))).toEqual([]);
    }
  });

  test("an import that was stopped goes on, and comes to the same", async () => {
    // More than one transaction's worth.
    await fillOriginal(source, { people: 6, habits: 8, entries: 80 });
    const whole = await importKanso([], "--data", "whole");
    const into = await target();
    const { code, err } = await runCli(["import", "kanso", "--from", url, "--json", ...into], {
      cwd,
      stopAfter: 5,
    });
    expect([code, err]).toEqual([1, expect.stringContaining("Run it again")]);
    const rest = await importKanso(into);
    expect(rest).toMatchObject({ code: 0, digest: whole.digest });
    expect(Number(rest["known" as keyof typeof rest])).toBeGreaterThan(0);
    expect(Number(rest["written" as keyof typeof rest])).toBeGreaterThan(0);
  });

  test("what was written there since comes with the next import, what was written here stays", async () => {
    await fillOriginal(source, SIZE);
    const into = await target();
    await importKanso(into);
    let ids: readonly string[];
    {
      await using kanso = await starting(await open(into));
      const call = await signIn(kanso.kanso);
      const { body } = await call("GET", "/habits");
      ids = body.map(({ id }: { id: string }) => id);
      const edit = { title: "Edited here", version: body[0].version };
      expect((await call("PUT", `/habits/${ids[0]}`, edit)).status).toBe(200);
      const both = { title: "Edited here, too", version: body[1].version };
      expect((await call("PUT", `/habits/${ids[1]}`, both)).status).toBe(200);
    }
    await source.query(
      "UPDATE habits SET title = 'Edited there', version = version + 5, updated_at = now() WHERE id = ANY ($1)",
      [[ids[1], ids[2]]],
    );
    const again = await importKanso(into);
    expect(again).toMatchObject({ code: 1, written: 1, problems: 1 });
    expect(again.err).toContain(`habits ${ids[1]}: it was changed here and there since`);
    await using kanso = await starting(await open(into));
    const call = await signIn(kanso.kanso);
    const titles = await Promise.all(
      ids.slice(0, 3).map(async (id) => (await call("GET", `/habits/${id}`)).body.title),
    );
    expect(titles).toEqual(["Edited here", "Edited here, too", "Edited there"]);
  });
});

test("a dry run counts, names what cannot be imported, and makes nothing", async () => {
  await fillOriginal(source, SIZE);
  const dry = await importKanso([], "--dry-run");
  expect(dry).toMatchObject({ code: 0, users: 3, habits: 21, problems: 0 });
  await source.query("UPDATE habits SET title = repeat('x', 150) WHERE sort_order = 2");
  const bad = await importKanso([], "--dry-run");
  expect(bad).toMatchObject({ code: 1, problems: 3 });
  expect(bad.err).toContain("habit title is too long");
  await expect(
    openSqliteStore({ path: join(cwd, "data", "syncline.db"), mode: "read" }),
  ).rejects.toThrow();
  expect(await importKanso([])).toMatchObject({
    code: 1,
    err: expect.stringContaining("--continue-on-error"),
  });
  expect(await importKanso([], "--continue-on-error")).toMatchObject({
    code: 1,
    problems: 3,
    written: ROWS - 3,
  });
});

test("an address that somebody has here is not taken over, and another database is named", async () => {
  expect(await importKanso([])).toMatchObject({
    code: 1,
    err: expect.stringContaining("no database of Kanso"),
  });
  await fillOriginal(source, SIZE);
  const store = await open([]);
  await store.accounts.create({
    userId: "other",
    email: EMAIL,
    secret: "x",
    createdAtMs: 0,
    verifiedAtMs: 0,
  });
  await store.close();
  const refused = await importKanso([], "--continue-on-error");
  expect(refused).toMatchObject({ code: 1, problems: 1, written: (ROWS / 3) * 2 });
  expect(refused.err).toContain(`${EMAIL}: another account`);
});

async function starting(store: Store) {
  const kanso = await startKanso(store);
  return {
    kanso,
    async [Symbol.asyncDispose]() {
      await kanso.server.close();
    },
  };
}
