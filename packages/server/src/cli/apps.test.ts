// The module of `--apps`: what is wrong with it is said at the start, by file and path; what it imports is found.

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CommandLine, openCommandLine, pushTo } from "./cli-fixture.ts";

let line: CommandLine;
beforeEach(async () => {
  line = await openCommandLine();
});
afterEach(() => line.close());

const app = (rest: string) => `export default [{ name: "todo", ${rest} }];`;

it.each([
  [app("collections: [{ name: 'todos' }]"), "apps[0].collections"],
  [app("collections: { todos: 'lww' }"), "apps[0].collections.todos"],
  [app("collections: { todos: { policy: 'lww2' } }"), "apps[0].collections.todos.policy"],
  [app("collections: { todos: { policy: 7 } }"), "apps[0].collections.todos.policy"],
  [app("collections: { todos: { policy: { name: 'own' } } }"), "apps[0].collections.todos.policy"],
  [app("collections: { todos: { polciy: 'lww' } }"), "apps[0].collections.todos.polciy"],
  [app("collections: { todos: { schema: {} } }"), "apps[0].collections.todos.schema"],
  [app("collections: { 'a b': {} }"), "apps[0].collections.a b"],
  [app("colections: {}"), "apps[0].colections"],
  [app("version: 1"), "apps[0].collections"],
  [app("collections: {}, version: '2'"), "apps[0].version"],
  [app("collections: {}, version: 1, minimumVersion: 2"), "apps[0].minimumVersion"],
  [app("collections: {}, everyone: 'admin'"), "apps[0].everyone"],
  [app("collections: {}, createSpaces: true"), "apps[0].createSpaces"],
  [app("collections: {}, validate: 'yes'"), "apps[0].validate"],
  [app("collections: {}, rules: { allways: true }"), "apps[0].rules.allways"],
  ["export default ['todo'];", "apps[0]"],
  ["export default [{ name: 'a/b', collections: {} }];", "apps[0].name"],
  ["export default [{ name: '.syncline', collections: {} }];", "apps[0].name"],
  ["const a = { name: 'a', collections: {} }; export default [a, a];", "apps[1].name"],
  ["export default []; export const consumers = [{ name: 'mails' }];", "consumers[0]"],
  ["export default []; export const dialects = [1];", "dialects[0]"],
])("%s is refused with its path", async (module, path) => {
  await writeFile(join(line.cwd, "apps.mjs"), module);
  for (const args of [["serve", "--port", "0"], ["doctor"]]) {
    const { code, out, err } = await line.run([...args, "--apps", "apps.mjs"], {
      signal: AbortSignal.timeout(5_000),
    });
    expect([args[0], code, out + err]).toEqual([args[0], 1, expect.stringContaining(path)]);
    expect(out + err).toContain(join(line.cwd, "apps.mjs"));
    expect(err).not.toMatch(/\n\s+at /);
  }
});

it.each([
  ["import 'nowhere-at-all'; export default [];", "nowhere-at-all"],
  ["throw new Error('the plan failed');", "the plan failed"],
  ["export default [", "SyntaxError|invalid JS syntax"],
])(
  "%s: it says why the module cannot be imported, and its stack with --debug",
  async (module, why) => {
    const path = join(line.cwd, "apps.mjs");
    await writeFile(path, module);
    const plain = await line.run(["serve", "--apps", path]);
    expect([plain.code, plain.err]).toEqual([1, expect.stringMatching(why)]);
    expect(plain.err).not.toMatch(/\n\s+at /);
    expect((await line.run(["serve", "--apps", path, "--debug"])).err).toMatch(/apps\.mjs/);
  },
);

it("a module in a folder without node_modules imports defineApp, and is served", async () => {
  await writeFile(
    join(line.cwd, "apps.mjs"),
    `import { defineApp } from "@syncline/server";
     import { isId } from "@syncline/core";
     export default [defineApp({ name: isId("todo") ? "todo" : "", collections: { todos: {} } })];`,
  );
  const bin = fileURLToPath(new URL("./bin.ts", import.meta.url));
  const args = ["--conditions=syncline-source", bin, "doctor", "--apps", "apps.mjs"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: line.cwd }).catch(
    (failed: { stdout: string }) => failed, // there is no folder yet: doctor says so
  );
  expect(stdout).toMatch(/ok +apps +1 declared/);
});

it("what is right is served", async () => {
  await writeFile(join(line.cwd, "apps.mjs"), app("collections: { todos: { policy: 'lww' } }"));
  const server = await line.serve(["--apps", "apps.mjs"]);
  expect(await pushTo(server, "a")).toBe(200);
});
