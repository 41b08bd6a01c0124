// Backups of every earlier schema: verified and restored by this program, into a file and into PostgreSQL, and gone on with.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharedDatabases } from "../../../../tests/shared-postgres.ts";
import { MIGRATIONS } from "../store/migrations/index.ts";
import { POSTGRES_MIGRATIONS } from "../store/postgres/migrations.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { type CommandLine, openCommandLine, pushTo } from "./cli-fixture.ts";

const postgres = sharedDatabases();
let line: CommandLine;
afterAll(() => postgres.stop());
beforeEach(async () => {
  line = await openCommandLine();
});
afterEach(() => line.close());

/** What a program of an older schema would have written: today's rows, with the columns that it had. */
function asOfSchema(current: string, schema: number, path: string): void {
  const old = openDatabase(path, { schema });
  old.exec(`ATTACH '${current}' AS today`);
  const tables = old.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").all();
  for (const { name } of tables) {
    const columns = old
      .prepare("SELECT name FROM pragma_table_info(?, 'main')")
      .all(String(name))
      .map((column) => String(column["name"]))
      .join(", ");
    old.exec(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM today.${name}`);
  }
  old.exec("DETACH today; PRAGMA journal_mode = DELETE");
  old.close();
}

describe.each(MIGRATIONS.map((_, i) => [i + 1]))("a backup of schema %d", (schema) => {
  it("is sound, and is restored into a file and into PostgreSQL, where syncing goes on", async () => {
    const first = await line.serve();
    for (const id of ["a", "b"]) expect(await pushTo(first, id)).toBe(200);
    await first.stop();
    await line.run(["backup", "today.db"]);
    const backup = join(line.cwd, "old.db");
    asOfSchema(join(line.cwd, "today.db"), schema, backup);
    const verified = await line.run(["backup", "verify", backup]);
    expect([verified.code, verified.out]).toEqual([
      0,
      expect.stringContaining(`schema ${schema};`),
    ]);

    for (const env of [{}, { DATABASE_URL: await postgres.database() }]) {
      const restored = await line.run(["restore", "--devices", "offer", backup, "--force"], {
        env,
      });
      expect([restored.code, restored.out]).toEqual([
        0,
        expect.stringContaining("Restored 1 spaces"),
      ]);
      expect((await line.run(["doctor"], { env })).out).toMatch(/ok +database +1 spaces, sound/);
      const server = await line.serve([], env);
      expect(await pushTo(server, "c")).toBe(200);
      await server.stop();
      expect((await line.run(["spaces", "list"], { env })).out).toContain("todos 3");
    }
    const untouched = new DatabaseSync(backup, { readOnly: true });
    expect(untouched.prepare("PRAGMA user_version").get()).toEqual({ user_version: schema });
    untouched.close();
  });
});

it("both kinds of databases have the same schemas, under the same names and numbers", () => {
  expect(POSTGRES_MIGRATIONS.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
});
