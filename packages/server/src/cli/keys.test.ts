// syncline keys, on a data folder of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "../store/index.ts";
import { runCommand } from "./run-command.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-keys-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const keys = (...args: readonly string[]) => syncline("keys", ...args);

async function syncline(...args: readonly string[]) {
  let out = "";
  let err = "";
  const code = await runCommand([...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([]),
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe("syncline keys", () => {
  it("has its keys in a space that no command for spaces changes", async () => {
    await keys("create", "ana");
    const space = ".syncline/keys";
    for (const args of [
      ["delete", space, "--yes"],
      ["add", space, "eve", "owner"],
      ["remove", space, "ana"],
      ["create", ".syncline/more", "--owner", "eve"],
    ]) {
      const { code, err } = await syncline("spaces", ...args);
      expect([args, code, err.includes("the server's own")]).toEqual([args, 1, true]);
    }
    expect((await keys("list", "ana")).out).toContain("never used");
  });

  it("makes a key and its user, shows it once, lists it, and takes it away", async () => {
    const made = await keys(
      "create",
      "ana",
      "--description",
      "laptop",
      "--scopes",
      "read:todo,notes",
    );
    expect(made.out).toMatch(/^sk_[A-Za-z0-9+/]{43}\n$/);
    expect(made.err).toContain("The user ana is new.");
    const listed = await keys("list", "ana");
    expect(listed.out).toMatch(
      /made \d{4}-\d\d-\d\d {3}never used {3}for read:todo, notes {3}laptop\n$/,
    );
    expect(listed.out).not.toContain(made.out.trim());
    const [uuid = ""] = listed.out.split(" ");
    expect((await keys("revoke", "ana", uuid)).out).toBe("1 key is good no more.\n");
    expect((await keys("list", "ana")).out).toBe("ana has no key.\n");
    await keys("create", "ana", "--json");
    await keys("create", "ana", "--expires", "90d");
    expect((await keys("revoke", "ana")).out).toBe("2 keys are good no more.\n");
  });

  it("gives cursors a new key", async () => {
    await keys("create", "ana");
    const kept = async () => {
      await using store = await openSqliteStore({ path: join(cwd, "data", "syncline.db") });
      return (await store.settings.read("cursor-keys"))?.split(" ");
    };
    expect((await keys("rotate-cursors")).code).toBe(0);
    const first = await kept();
    expect(first).toHaveLength(2);
    expect((await keys("rotate-cursors")).code).toBe(0);
    expect(await kept()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), first?.[0]]);
    expect((await keys("rotate-cursors", "x")).code).toBe(2);
  });

  it("makes a setup code", async () => {
    await keys("create", "ana");
    expect((await keys("setup", "ana")).out).toMatch(
      /^[A-Z0-9]{4}-[A-Z0-9]{4} {3}good once, until /,
    );
  });

  it("says what is wrong, and makes nothing of it", async () => {
    expect(await keys("list", "ana")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no database"),
    });
    await keys("create", "ana");
    for (const args of [
      [],
      ["make", "ana"],
      ["create"],
      ["list", "ana", "x"],
      ["revoke", "ana", "x", "y"],
    ])
      expect((await keys(...args)).code).toBe(2);
    for (const args of [
      ["list", "bob"],
      ["setup", "bob"],
      ["revoke", "ana", "no-such-key"],
      ["create", "x".repeat(129)],
      ["create", "ana", "--scopes", "a b"],
    ])
      expect((await keys(...args)).code).toBe(1);
  });
});
