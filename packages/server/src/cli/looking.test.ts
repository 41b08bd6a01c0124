// Looking changes nothing: a database of an older schema is brought up to date by `serve` and `migrate`, by nothing else.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MIGRATIONS } from "../store/migrations/index.ts";
import { type CommandLine, openCommandLine } from "./cli-fixture.ts";

let line: CommandLine;
let path: string;
beforeEach(async () => {
  line = await openCommandLine();
  await mkdir(join(line.cwd, "data"));
  path = join(line.cwd, "data", "syncline.db");
  const db = new DatabaseSync(path);
  for (const { sql } of MIGRATIONS.slice(0, 2)) db.exec(sql);
  db.exec(`PRAGMA application_id = ${0x53796e63}; PRAGMA user_version = 2`);
  db.exec("INSERT INTO spaces (space, epoch, created_at_ms) VALUES ('todo/~alice', 'e', 0)");
  db.close();
});
afterEach(() => line.close());

const schemaOf = (file: string) => {
  const db = new DatabaseSync(file, { readOnly: true });
  const version = db.prepare("PRAGMA user_version").get()?.["user_version"];
  db.close();
  return version;
};

describe("on a database of an older schema", () => {
  it.each([
    [["spaces", "list"]],
    [["spaces", "show", "todo/~alice"]],
    [["spaces", "add", "todo/~alice", "bob", "reader"]],
    [["spaces", "create", "todo/team", "--owner", "alice"]],
    [["keys", "list", "alice"]],
    [["keys", "create", "alice"]],
    [["consumers"]],
    [["export", "todo/~alice"]],
    [["history", "todo/~alice", "todos", "a"]],
    [["explain", "todo/~alice", "todos", "a"]],
    [["compact"]],
    [["compact", "--dry-run"]],
    [["move", "--to", "postgres://nobody:x@127.0.0.1:1/none"]],
  ])("%j says what to run, and leaves the file as it is", async (args) => {
    const before = await readFile(path);
    const { code, out, err } = await line.run(args);
    expect([code, out + err]).toEqual([1, expect.stringContaining("syncline migrate")]);
    expect(out + err).toContain(`schema 2`);
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it("doctor names the schema and what to run, and changes nothing", async () => {
    const { code, out } = await line.run(["doctor"]);
    expect([code, out]).toEqual([1, expect.stringContaining("syncline migrate")]);
    expect(schemaOf(path)).toBe(2);
  });

  it("backup copies it as it is, and the copy is sound", async () => {
    const { code, err } = await line.run(["backup", "old.db"]);
    expect([code, err]).toEqual([0, ""]);
    expect([schemaOf(path), schemaOf(join(line.cwd, "old.db"))]).toEqual([2, 2]);
    const verified = await line.run(["backup", "verify", "old.db"]);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining("schema 2")]);
  });

  it("migrate brings it up to date and says so; serve does, and logs each step", async () => {
    await line.run(["backup", "old.db"]);
    expect((await line.run(["migrate"])).out).toContain(`from schema 2 to ${MIGRATIONS.length}`);
    expect(schemaOf(path)).toBe(MIGRATIONS.length);
    expect((await line.run(["spaces", "list"])).out).toContain("todo/~alice");
    expect((await line.run(["restore", "--devices", "offer", "old.db", "--force"])).code).toBe(0);
    const served = await line.run(["version", "--json"]);
    expect(JSON.parse(served.out)).toMatchObject({
      schema: MIGRATIONS.length,
      node: process.versions.node,
      sqlite: process.versions["sqlite"],
    });
  });

  it("serve logs each migration with its schema and how long it took", async () => {
    const server = await line.serve();
    expect(server.said()).toMatch(/"msg":"migrated","schema":3,"name":"accounts","ms":\d/);
    expect(server.said()).toContain(`"schema":${MIGRATIONS.length}`);
    await server.stop();
    expect(schemaOf(path)).toBe(MIGRATIONS.length);
    const again = await line.serve();
    expect(again.said()).not.toContain("migrated");
  });
});

it("version tells what runs here, and what the database is", async () => {
  const { out } = await line.run(["version"]);
  expect(out).toMatch(/^syncline \d+\.\d+\.\d+$/m);
  expect(out).toContain("database  schema 2");
  expect(out).toContain(`program   schema ${MIGRATIONS.length}`);
});
