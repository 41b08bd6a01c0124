// What npm create syncline writes, and what it refuses; from the tarball it is tried in tests/packaging.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { VERSIONS } from "./choices.ts";
import { FRAMEWORKS, type Framework, SIGN_INS, type SignIn, scaffold } from "./index.ts";
import { main } from "./main.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "create-syncline-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(parent, { recursive: true, force: true });
});

const kinds = (Object.keys(FRAMEWORKS) as Framework[]).flatMap((framework) =>
  (Object.keys(SIGN_INS) as SignIn[]).map((signIn) => [framework, signIn] as const),
);

describe.each(kinds)("%s with %s", (framework, signIn) => {
  test("has every file, no word that is still to be filled in, and fewer than 150 lines of an app", async () => {
    const folder = join(parent, "shopping-list");
    const written = await scaffold(folder, { name: "shopping-list", framework, signIn });
    for (const path of [".gitignore", "apps.js", "dev.js", "package.json", "src/sync.ts"])
      expect(written).toContain(path);
    let lines = 0;
    for (const path of written) {
      const text = await readFile(join(folder, path), "utf8");
      expect(text.replaceAll(/__(?:FILES|VERSION)__/g, "")).not.toMatch(/__[A-Z_]+__/);
      if (/^src\/(?:app|main|sync)\./.test(path)) lines += text.trim().split("\n").length;
    }
    expect(lines).toBeLessThan(150);
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(manifest.name).toBe("shopping-list");
    expect(manifest.scripts.start.includes("--accounts")).toBe(signIn === "accounts");
    expect(await readFile(join(folder, "index.html"), "utf8")).toContain(
      "<title>Shopping list</title>",
    );
  });
});

test("the versions that it names are those that are developed with", async () => {
  const lock = JSON.parse(
    await readFile(new URL("../../../package-lock.json", import.meta.url), "utf8"),
  );
  const held = Object.keys(VERSIONS).flatMap((name) => {
    const found = lock.packages[`node_modules/${name}`]?.version;
    return found === undefined ? [] : [[name, found]];
  });
  expect(held.length).toBeGreaterThan(8);
  expect(VERSIONS).toMatchObject(Object.fromEntries(held));
});

function listen() {
  const said = { out: "", error: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.out += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.error += text;
    return true;
  });
  return said;
}

describe("the command", () => {
  test("writes without asking where nobody can be asked, and says how to go on", async () => {
    const said = listen();
    const folder = join(parent, "notes");
    expect(await main([folder, "--framework", "svelte", "--sign-in", "token", "--yes"])).toBe(0);
    expect(said.out).toMatch(/cd .*notes\nnpm install\nnpm run dev/);
    expect(await readFile(join(folder, "src/app.svelte"), "utf8")).toContain("<h1>Notes</h1>");
  });

  test.each([
    [
      ["x", "--framework", "ember"],
      2,
      '--framework is one of react, svelte, vue, plain, not "ember"',
    ],
    [["x", "--sign-in", "no"], 2, '--sign-in is one of accounts, token, not "no"'],
    [["x", "--frame"], 2, "--frame"],
    [["x", "y"], 2, 'what is "y"'],
    [["Not A Name", "--yes"], 1, '"Not A Name" is no name for an app'],
  ])("%j is refused by name, and nothing is written", async (args, code, words) => {
    const said = listen();
    expect(await main(args.map((arg) => (arg === "x" ? join(parent, arg) : arg)))).toBe(code);
    expect(said.error).toContain(words);
    expect(await readdir(parent)).toEqual([]);
  });

  test("a folder that holds something is left as it is", async () => {
    const said = listen();
    const folder = join(parent, "taken");
    await mkdir(folder);
    await writeFile(join(folder, "mine.txt"), "mine");
    expect(await main([folder, "--yes"])).toBe(1);
    expect(said.error).toContain("is not empty: it holds mine.txt");
    expect(await readdir(folder)).toEqual(["mine.txt"]);
  });

  test("--help says what can be chosen", async () => {
    const said = listen();
    expect(await main(["--help"])).toBe(0);
    expect(said.out).toContain("--framework <react|svelte|vue|plain>");
  });
});
