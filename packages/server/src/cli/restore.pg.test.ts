// Commands on PostgreSQL: what is restored there, beside whom, and that looking changes nothing.

import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../store/postgres/database.ts";
import { migrate, readSchema } from "../store/postgres/migrate.ts";
import { POSTGRES_MIGRATIONS } from "../store/postgres/migrations.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { startTestPgBouncer } from "../testing/processes.ts";
import { type CommandLine, openCommandLine, pushTo } from "./cli-fixture.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let url: string;
let line: CommandLine;
beforeEach(async () => {
  url = await postgres.database();
  line = await openCommandLine();
});
afterEach(() => line.close());

const on = (address: string) => ({ env: { DATABASE_URL: address } });

async function backUp(): Promise<string> {
  const server = await line.serve([], { DATABASE_URL: url });
  for (const id of ["a", "b"]) expect(await pushTo(server, id)).toBe(200);
  await server.stop();
  const file = join(line.cwd, "monday.db");
  const { code, out } = await line.run(["backup", file], on(url));
  expect([code, out]).toEqual([0, expect.stringContaining("2 records")]);
  return file;
}

test("restore is refused beside a server, which goes on; without one it brings everything back", async () => {
  const file = await backUp();
  const empty = await postgres.database();
  const server = await line.serve([], { DATABASE_URL: empty });
  const refused = await line.run(["restore", "--devices", "offer", file, "--force"], on(empty));
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("stop it first")]);
  expect(await pushTo(server, "c")).toBe(200);
  await server.stop();
  const other = await postgres.database();
  const done = await line.run(["restore", "--devices", "offer", file], on(other));
  expect([done.code, done.out]).toEqual([0, expect.stringContaining("Restored 1 spaces")]);
  expect((await line.run(["spaces", "list"], on(other))).out).toContain("todos 2");
});

test("no server starts, and none that was cut off writes, while the database is filled", async () => {
  const store = await openPostgresStore({ url });
  await postgres.crash();
  await postgres.start();
  const { takeDatabase } = await import("../store/postgres/hold.ts");
  const lock = await takeDatabase({ url });
  await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: "unavailable" });
  const commit = () => store.commit([{ space: "a/b", records: [], decide: () => ({ result: 1 }) }]);
  await expect.poll(() => commit().catch(({ message }) => message)).toMatch(/being copied/);
  await lock.release();
  await expect.poll(() => commit().catch(({ message }) => message)).toEqual([1]);
  await store.close();
});

test("the lock works through a pooler in transaction mode, and ends with its connection", async () => {
  const pooler = await startTestPgBouncer(url);
  try {
    const address = new URL(url);
    address.port = new URL(pooler.url).port;
    const file = await backUp();
    const empty = new URL(await postgres.database());
    empty.port = address.port;
    const store = await openPostgresStore({ url: empty.href });
    expect((await line.run(["restore", "--devices", "offer", file], on(empty.href))).err).toContain(
      "stop it first",
    );
    await store.close();
    expect((await line.run(["restore", "--devices", "offer", file], on(empty.href))).code).toBe(0);
  } finally {
    await pooler.stop();
  }
});

test("a damaged backup is refused before anything is written", async () => {
  const file = await backUp();
  await truncate(file, 4096 * 3);
  const empty = await postgres.database();
  const refused = await line.run(["restore", "--devices", "offer", file], on(empty));
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("cut off")]);
  const database = await openDatabase({ url: empty });
  expect((await readSchema(database)).version).toBe(0);
  await database.close();
});

test("looking at a database of an older schema changes nothing and says what to run; a backup is of that schema", async () => {
  const database = await openDatabase({ url });
  await migrate(database, POSTGRES_MIGRATIONS.slice(0, 2));
  await database.query(
    "INSERT INTO spaces (space, epoch, created_at_ms) VALUES ('todo/~a', 'e', 0)",
  );
  for (const args of [
    ["spaces", "list"],
    ["spaces", "add", "todo/~a", "bob", "reader"],
    ["consumers"],
    ["export", "todo/~a"],
    ["compact"],
    ["doctor"],
  ]) {
    const { code, out, err } = await line.run(args, on(url));
    expect([args, code, out + err]).toEqual([args, 1, expect.stringContaining("syncline migrate")]);
  }
  const kept = await line.run(["backup", "old.db"], on(url));
  expect([kept.code, kept.out]).toEqual([0, expect.stringContaining("schema 2")]);
  expect((await readSchema(database)).version).toBe(2);
  const seen = await line.run(["version", "--json"], on(url));
  expect(JSON.parse(seen.out)).toMatchObject({ database: 2, schema: POSTGRES_MIGRATIONS.length });
  const server = await line.serve([], { DATABASE_URL: url });
  expect(server.said()).toMatch(/"msg":"migrated","schema":3,"name":"accounts"/);
  await server.stop();
  await database.close();
  await rm(join(line.cwd, "old.db"));
});

test("doctor works without a data folder, and looks at the bus, the clock and whom spaces belong to", async () => {
  await backUp();
  const { existsSync } = await import("node:fs");
  await rm(join(line.cwd, "data"), { recursive: true, force: true });
  const well = await line.run(["doctor"], on(url));
  expect([well.code, well.out]).toEqual([0, expect.stringMatching(/ok +bus +connected/)]);
  expect(well.out).toMatch(/ok +clock +\d+ ms apart/);
  expect(well.out).toMatch(/ok +database +1 spaces, sound/);
  expect(well.out).toMatch(/ok +orphans/);
  expect(well.out).not.toMatch(/folder|disk/);
  expect(existsSync(join(line.cwd, "data"))).toBe(false);
  const database = await openDatabase({ url });
  await database.query(
    "INSERT INTO spaces (space, epoch, created_at_ms) VALUES ('todo/team', 'e', 0)",
  );
  await database.close();
  const orphan = await line.run(["doctor", "--redis-url", "redis://127.0.0.1:1"], on(url));
  expect([orphan.code, orphan.out]).toEqual([
    1,
    expect.stringMatching(/warn +orphans +1 spaces .*todo\/team/),
  ]);
  expect(orphan.out).toMatch(/fail +bus +Redis cannot be reached/);
  const away = await line.run(["doctor"], on("postgres://nobody:hush@127.0.0.1:1/none"));
  expect([away.code, away.out]).toEqual([1, expect.stringMatching(/refused the connection/)]);
  expect(away.out).not.toContain("hush");
});

test("--schema puts tables beside another program's, for every command", async () => {
  const file = await backUp();
  const shared = await postgres.database();
  const database = await openDatabase({ url: shared });
  await database.query("CREATE TABLE spaces (theirs text)");
  const refused = await line.run(["serve", "--port", "0"], on(shared));
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/spaces.*--schema NAME/)]);
  const ours = (args: string[]) => line.run([...args, "--schema", "ours"], on(shared));
  expect((await ours(["restore", "--devices", "offer", file])).code).toBe(0);
  expect((await ours(["spaces", "list"])).out).toContain("todos 2");
  expect((await ours(["doctor"])).out).toMatch(/ok +database +1 spaces, sound/);
  expect((await ours(["backup", "ours.db"])).out).toContain("2 records");
  expect((await ours(["migrate"])).out).toContain("up to date");
  const server = await line.serve(["--schema", "ours"], { DATABASE_URL: shared });
  expect(await pushTo(server, "c")).toBe(200);
  await server.stop();
  expect(await database.query("SELECT * FROM spaces")).toEqual([]);
  await database.close();
});
