// Backups and what is put in the place of a database: never beside a server, never what is damaged.

import { copyFile, open, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CommandLine, openCommandLine, pushTo } from "./cli-fixture.ts";

let line: CommandLine;
let backup: string;
beforeEach(async () => {
  line = await openCommandLine();
  backup = join(line.cwd, "monday.db");
  const server = await line.serve();
  for (const id of ["a", "b", "c"]) expect(await pushTo(server, id)).toBe(200);
  expect(await server.stop()).toBe(0);
  expect((await line.run(["backup", backup])).code).toBe(0);
});
afterEach(() => line.close());

/** Damages a database as the statement says, without its knowing. */
function damage(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe("syncline restore", () => {
  it("is refused while a server has the database open, and changes nothing", async () => {
    const server = await line.serve();
    const refused = await line.run(["restore", "--devices", "offer", backup, "--force"]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("stop it first")]);
    expect(await pushTo(server, "d")).toBe(200);
    expect((await readdir(join(line.cwd, "data"))).filter((name) => /before/.test(name))).toEqual(
      [],
    );
    await server.stop();
    expect((await line.run(["spaces", "list"])).out).toContain("todos 4");
    const done = await line.run(["restore", "--devices", "offer", backup, "--force"]);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect((await line.run(["spaces", "list"])).out).toContain("todos 3");
  });

  it("is refused beside a server whose database was moved away or damaged under it", async () => {
    const server = await line.serve();
    await writeFile(join(line.cwd, "data", "syncline.db"), "overwritten by mistake ".repeat(500));
    const refused = await line.run(["restore", "--devices", "offer", backup, "--force"]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("stop it first")]);
    await server.stop();
    expect((await line.run(["restore", "--devices", "offer", backup, "--force"])).code).toBe(0);
    expect((await line.run(["doctor"])).code).toBe(0);
  });

  const damages: [string, (path: string) => Promise<void> | void, RegExp][] = [
    ["is empty", (path) => truncate(path, 0), /is empty/],
    [
      "was written by half",
      async (path) => {
        const { length } = await readFile(path);
        await truncate(path, Math.floor(length / 8192) * 4096);
      },
      /shorter|cut off|malformed/,
    ],
    [
      "has a broken page",
      async (path) => {
        const file = await open(path, "r+");
        await file.write(Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 3);
        await file.close();
      },
      /database_corrupt/,
    ],
    [
      "lost a record",
      (path) => damage(path, "DELETE FROM records WHERE id = 'a'"),
      /todo\/~demo.*digest of "todos"/,
    ],
    ["lost a table", (path) => damage(path, "DROP TABLE members"), /members/],
    ["is no database", (path) => writeFile(path, "no database ".repeat(900)), /database_corrupt/],
    [
      "is of another program",
      async (path) => {
        await truncate(path, 0);
        damage(path, "CREATE TABLE theirs (id)");
      },
      /another program/,
    ],
  ];
  it.each(damages)(
    "refuses a backup that %s, as `backup verify` does",
    async (_what, spoil, words) => {
      const bad = join(line.cwd, "bad.db");
      await copyFile(backup, bad);
      await spoil(bad);
      const before = await line.run(["spaces", "show", "todo/~demo", "--json"]);
      for (const args of [
        ["backup", "verify", bad],
        ["restore", "--devices", "offer", bad, "--force"],
      ]) {
        const refused = await line.run(args);
        expect([args[0], refused.code, refused.err]).toEqual([
          args[0],
          1,
          expect.stringMatching(words),
        ]);
        expect(refused.err).toContain(bad);
      }
      expect(await line.run(["spaces", "show", "todo/~demo", "--json"])).toEqual(before);
      const names = await readdir(join(line.cwd, "data"));
      expect(names.filter((name) => !/-(shm|wal)$/.test(name)).sort()).toEqual([
        "development.key",
        "syncline.db",
        "syncline.db-lock",
      ]);
    },
  );

  it("says what a sound backup holds", async () => {
    const { code, out } = await line.run(["backup", "verify", backup, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ file: backup, spaces: 1, records: 3, sound: true });
    expect((await line.run(["backup", "verify", backup])).out).toContain("1 spaces");
    expect((await line.run(["backup", "verify"])).code).toBe(2);
    expect((await line.run(["backup", "verify", "none.db"])).err).toContain("There is no file");
  });

  it("takes back what it kept aside, with what was still in its log", async () => {
    await line.run(["restore", "--devices", "offer", backup, "--force"]);
    const names = await readdir(join(line.cwd, "data"));
    const aside = names.find((name) => name.includes("before")) ?? "";
    const done = await line.run(["restore", "--devices", "offer", join("data", aside), "--force"]);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect((await line.run(["doctor"])).out).toContain("1 spaces, sound");
  });
});

it("an empty file in the place of the database is never taken for a sound one", async () => {
  await truncate(join(line.cwd, "data", "syncline.db"), 0);
  for (const args of [["doctor"], ["spaces", "list"], ["backup", "other.db"], ["serve"]]) {
    const refused = await line.run(args);
    expect([args, refused.code]).toEqual([args, 1]);
    expect(refused.out + refused.err).toContain("is empty");
  }
});
