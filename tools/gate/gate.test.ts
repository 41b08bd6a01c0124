// The gate bites: `npm test` is run in projects of its own, each with one fault, with the real runner and configuration.

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { untriedBrowsers } from "../browsers/installed.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const IMPORTS = 'import { expect, it } from "vitest";\n';
const GREEN = `${IMPORTS}it("holds", () => expect(1).toBe(1));\n`;
/** A test that says so has its runner killed. */
const KILL_ME = "end the runner";
/** The module of this repository itself. */
const own = (path: string) => ({
  [path]: `export * from ${JSON.stringify(join(ROOT, path))};`,
});
const PROJECT = {
  "tests/a.test.ts": GREEN,
  ...own("tests/shared-postgres.ts"),
  ...own("tests/packaging/shared-tarballs.ts"),
};

/** A file of each project that `npm test` runs, by the project's name. */
const FAILING = {
  unit: "packages/one/red.test.ts",
  browser: "packages/one/red.browser.test.ts",
  system: "tests/red.test.ts",
  web: "tests/browser/app/red.test.ts",
  pages: "tests/browser/red.test.ts",
};
/** And of each that `npm run test:long` runs. */
const LONG = { long: "tests/red.long.test.ts", "long-web": "tests/browser/red.long.test.ts" };
const RED = `${IMPORTS}it("is red", () => expect(1).toBe(2));`;

interface Outcome {
  readonly status: number;
  readonly text: string;
}

/** Runs `npm test` as it is, in a project that has nothing but these files. */
async function npmTest(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "syncline-gate-"));
  try {
    for (const [path, text] of Object.entries({ ...PROJECT, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (text !== "") writeFileSync(join(root, path), text);
    }
    // Package by package: what the runner keeps between its packages stays each run's own.
    mkdirSync(join(root, "node_modules"));
    for (const name of readdirSync(join(ROOT, "node_modules")))
      if (!/^\.(?!bin$)/.test(name))
        symlinkSync(join(ROOT, "node_modules", name), join(root, "node_modules", name));
    const child = spawn(
      process.execPath,
      ["--conditions=syncline-source", join(ROOT, "tools/test.ts"), ...args],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...variables } },
    );
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(KILL_ME)) child.kill("SIGKILL");
      });
    }
    const [status] = await once(child, "close");
    return { status: status ?? 1, text };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What no fault may do: end with 0. @returns what is said of it */
async function fails(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<string> {
  const { status, text } = await npmTest(files, args);
  expect(status, text).not.toBe(0);
  return text;
}

describe.concurrent("npm test", { timeout: 300_000 }, () => {
  it("is green when all is well, and counts", async () => {
    const { status, text } = await npmTest({});
    expect(text).toContain("1 passed, 0 failed, 0 skipped");
    expect(text).toMatch(/Longest took:\n +\d+\.\d s {2}tests\/a\.test\.ts\n/);
    expect(status, text).toBe(0);
  });

  it("is red for a failing test beside one that uses PostgreSQL", async () => {
    const text = await fails({
      "tests/postgres.test.ts": `${IMPORTS}import { startTestPostgres } from "@syncline/server/testing";
        import { sharedDatabase } from "./shared-postgres.ts";
        it("uses two", async () => {
          const own = await startTestPostgres({ durable: false });
          expect(await own.database()).toContain("test_1");
          const { close } = await sharedDatabase();
          close();
          await own.stop();
        });`,
      "tests/red.test.ts": `${IMPORTS}it("is red", () => expect(1).toBe(2));`,
    });
    expect(text).toContain("tests/red.test.ts > is red failed.");
    expect(text).toContain("2 passed, 1 failed");
    expect(text).not.toContain("Left behind");
  });

  it.each([
    { command: "npm test", args: [], red: FAILING },
    { command: "npm run test:long", args: ["--long"], red: LONG },
  ])("$command is red for a failing test of each of its projects", async ({ args, red }) => {
    const project = Object.fromEntries(Object.values(red).map((path) => [path, RED]));
    // Built apps are not what this is about.
    const setup = { "tests/browser/global-setup.ts": "export function setup() {}" };
    const text = await fails({ ...project, ...setup }, args);
    for (const path of Object.values(red)) expect(text).toContain(`✗ ${path} > is red failed.`);
  });

  it("is red for a failing test of the store in each browser that is there", async () => {
    const path = "packages/client/src/store/red.browser.test.ts";
    const text = await fails({ [path]: RED });
    const times = text.split(`✗ ${path} > is red failed.`).length - 1;
    expect(times, text).toBe(3 - untriedBrowsers().length);
  });

  it("says which browsers nothing was tried in, and is red for them where all are asked for", async () => {
    const setup = { "tests/browser/global-setup.ts": "export function setup() {}" };
    const files = { ...setup, "tests/browser/a.test.ts": GREEN };
    const none = { FIREFOX: "/nowhere/firefox", WEBKIT_DRIVER: "/nowhere/driver" };
    const [found, all] = await Promise.all([
      npmTest(files, [], none),
      npmTest(files, [], { ...none, SYNCLINE_BROWSERS: "all" }),
    ]);
    for (const name of ["Firefox", "WebKit"]) {
      expect(found.text).toContain(`! Not tried in ${name}: it is not installed.`);
      expect(all.text).toContain(`✗ Not tried in ${name}: it is not installed.`);
    }
    expect([found.status, all.status]).toEqual([0, 1]);
  });

  it("is asked about every project that there is", () => {
    const config = readFileSync(join(ROOT, "vitest.config.ts"), "utf8");
    const names = [...config.matchAll(/\bname: "([\w-]+)"/g)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(Object.keys({ ...FAILING, ...LONG }).toSorted());
  });

  it("is red for what is thrown outside of a test", async () => {
    const text = await fails({
      "tests/late.test.ts": `${IMPORTS}it("is passed", () => {
        void Promise.reject(new Error("nobody awaited this"));
      });`,
    });
    expect(text).toContain("An error outside of any test: Error: nobody awaited this");
  });

  it("is red for a file that cannot be imported", async () => {
    const text = await fails({ "tests/lost.test.ts": `import "./nowhere.ts";\n${GREEN}` });
    expect(text).toContain("✗ tests/lost.test.ts failed outside of its tests");
  });

  it("is red for a file that no project includes", async () => {
    const text = await fails({ "elsewhere/b.test.ts": GREEN });
    expect(text).toContain("✗ elsewhere/b.test.ts was not run.");
  });

  it("is red for a skipped test without a reason, and for a reason without a skipped test", async () => {
    const skips = [
      { file: "tests/skips.test.ts", name: "with a reason", reason: "nothing to test it with" },
      { file: "tests/skips.test.ts", name: "long gone", reason: "it was once" },
    ];
    const text = await fails({
      "tests/skips.test.ts": `${IMPORTS}it.skip("without", () => {});it.todo("to do");
        it.skip("with a reason", () => {});it("long gone", () => {});`,
      "tests/skipped.json": JSON.stringify(skips),
    });
    expect(text).toContain("✗ tests/skips.test.ts > without was skipped without a reason");
    expect(text).toContain("✗ tests/skips.test.ts > to do was skipped without a reason");
    expect(text).toContain("✗ tests/skips.test.ts > long gone is in tests/skipped.json");
    expect(text).not.toContain("> with a reason");
  });

  it("is red for a promise whose only test is skipped, with a reason or without", async () => {
    const skips = [{ file: "tests/promise.test.ts", name: "[ZZ1] holds", reason: "not now" }];
    const text = await fails({
      "docs/protocol.md": "- [ZZ1] it holds\n",
      "tests/promise.test.ts": `${IMPORTS}it.skip("[ZZ1] holds", () => {});it("is green", () => {});`,
      "tests/skipped.json": JSON.stringify(skips),
    });
    expect(text).toContain("✗ [ZZ1] of docs/protocol.md was proven by no test that passed.");
  });

  it("is red when nothing ran", async () => {
    expect(await fails({ "tests/a.test.ts": "" })).toContain("0 passed");
  });

  it("is red when the runner ends with 0 before it has reported", async () => {
    const text = await fails({
      "tests/shared-postgres.ts": "export function setup() { process.exit(0); }",
    });
    expect(text).toContain("There is no report that can be read");
  });

  it("is red for a process and a folder that are left behind, and ends them", async () => {
    const text = await fails({ "tests/leaves.test.ts": leaves("") });
    const [, pid = ""] = /left (\d+) in/.exec(text) ?? [];
    expect(text).toContain(`Left behind. Process ${pid} was still running`);
    expect(text).toContain("Left behind. A folder was not removed: syncline-forgotten-");
    expect(isRunning(pid)).toBe(false);
  });

  it("leaves nothing when it is killed itself", async () => {
    const text = await fails({ "tests/leaves.test.ts": leaves(KILL_ME) });
    const [, pid = "", folder = ""] = /left (\d+) in (\S+)/.exec(text) ?? [];
    await vi.waitUntil(() => !isRunning(pid) && !existsSync(folder), { timeout: 120_000 });
  });
});

/** A file whose test leaves a process and a folder, and says something before it ends. */
function leaves(words: string): string {
  return `${IMPORTS}import { spawn } from "node:child_process";
    import { mkdtempSync } from "node:fs";
    import { tmpdir } from "node:os";
    it("is passed", async () => {
      const folder = mkdtempSync(tmpdir() + "/syncline-forgotten-");
      const script = "setInterval(() => {}, 1000)";
      const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore" });
      child.unref();
      console.log("left " + child.pid + " in " + folder);
      console.log(${JSON.stringify(words)});
      if (${words !== ""}) await new Promise(() => {});
    });`;
}

/** One that has ended may stay as a name until its parent asks. */
function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}
