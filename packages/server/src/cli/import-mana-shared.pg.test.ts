// The import of a mana-sync database whose users share: into a file and into PostgreSQL, and what the members read afterwards.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { manaDialect } from "../dialects/mana/index.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestServer } from "../testing/start-server.ts";
import { runCommand } from "./run-command.ts";

const TABLE = `CREATE TABLE sync_changes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), app_id text NOT NULL, table_name text NOT NULL,
  record_id text NOT NULL, user_id text NOT NULL, op text NOT NULL, data jsonb, field_meta jsonb DEFAULT '{}',
  client_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), schema_version int NOT NULL DEFAULT 1,
  actor jsonb, origin text, space_id text)`;
const MEMBERS = new Set(["anna", "ben"]);

const postgres = sharedDatabases();
let auth: Server;
let authUrl: string;
beforeAll(async () => {
  auth = createServer((request, response) => {
    const [, user = ""] = /users\/([^/]+)\//.exec(request.url ?? "") ?? [];
    const memberships = MEMBERS.has(user) ? [{ organizationId: "acme" }] : [];
    response.setHeader("content-type", "application/json").end(JSON.stringify({ memberships }));
  });
  await new Promise<void>((resolve) => auth.listen(0, "127.0.0.1", resolve));
  authUrl = `http://127.0.0.1:${(auth.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(async () => {
  auth.closeAllConnections();
  await new Promise((resolve) => auth.close(resolve));
  await postgres.stop();
});

describe.each(["a file", "PostgreSQL"])("into %s", (kind) => {
  let cwd: string;
  let from: string;
  let into: string | undefined;
  let source: pg.Client;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), "syncline-mana-shared-"));
    from = await postgres.database();
    into = kind === "PostgreSQL" ? await postgres.database() : undefined;
    source = new pg.Client(from);
    await source.connect();
    await source.query(TABLE);
  });
  afterEach(async () => {
    await source.end();
    await rm(cwd, { recursive: true, force: true });
  });

  async function row(at: string, user: string, record: string, op: string, more: object) {
    const { data = {}, stamps = {}, org = null } = more as { [name: string]: unknown };
    await source.query(
      `INSERT INTO sync_changes (app_id, table_name, user_id, record_id, op, data, field_meta, client_id, created_at, space_id)
        VALUES ('todo', 'tasks', $1, $2, $3, $4, $5, $6, $7, $8)`,
      [user, record, op, data, stamps, `device of ${user}`, at, org],
    );
  }

  async function importAll(...args: string[]): Promise<number> {
    return await runCommand(["import", "mana", "--from", from, "--json", ...args], {
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
      stdin: Readable.from([""]),
      env: into === undefined ? {} : { DATABASE_URL: into },
      cwd,
      signal: new AbortController().signal,
    });
  }

  const openStore = async () =>
    into === undefined
      ? await openSqliteStore({ path: join(cwd, "data", "syncline.db") })
      : await openPostgresStore({ url: into });

  test("rows of an organisation become one record of its members, and nobody else's; each keeps what was the user's own", async () => {
    const edited = "2026-05-01T09:00:00.000Z";
    const stamps = { note: { at: edited } };
    await row("2026-05-01T08:00:00Z", "anna", "k", "insert", { data: { title: "t" }, org: "acme" });
    await row("2026-05-01T09:00:01Z", "ben", "k", "update", {
      data: { note: "of ben" },
      stamps,
      org: "acme",
    });
    await row("2026-05-01T09:00:02Z", "ben", "k", "insert", { data: { title: "ben's own" } });
    await row("2026-05-01T09:00:03Z", "anna", "mine", "insert", { org: "_personal:anna" });
    for (let times = 0; times < 2; times += 1)
      expect(await importAll("--mana-auth-url", authUrl)).toBe(0);
    const memberships = { url: authUrl, serviceKey: "key" };
    await using server = await startTestServer({
      store: await openStore(),
      server: { dialects: [manaDialect({ memberships })] },
    });
    const pull = async (user: string, since = "1970-01-01T00:00:00Z") => {
      const query = new URLSearchParams({ collection: "tasks", since });
      const headers = { "x-client-id": `new device of ${user}` };
      const answer = await server.call(user, `/sync/todo/pull?${query}`, { headers });
      const { serverChanges } = (await answer.json()) as {
        serverChanges: { id: string; data?: object; spaceId?: string }[];
      };
      return serverChanges.map(({ id, data, spaceId }) => ({ id, data, spaceId }));
    };
    const shared = {
      id: "k",
      data: expect.objectContaining({ title: "t", note: "of ben" }),
      spaceId: "acme",
    };
    expect(await pull("anna")).toEqual([shared, expect.objectContaining({ id: "mine" })]);
    expect(await pull("ben")).toEqual([
      shared,
      { id: "k", data: expect.objectContaining({ title: "ben's own" }), spaceId: undefined },
    ]);
    expect(await pull("carl")).toEqual([]);
    // A cursor of the original that lies behind all of it: who is a member is given what the members have.
    expect(await pull("ben", "2026-05-01T10:00:00.000000Z")).toContainEqual(
      expect.objectContaining({ id: "k", spaceId: "acme" }),
    );
  });
});
