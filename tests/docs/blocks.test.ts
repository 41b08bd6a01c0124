// What is written runs, is right by its types, and prints what it says that it prints: every TypeScript block of the
// documents; and the curl lines of the README run.
// A block finds a server through SYNCLINE_URL and SYNCLINE_TOKEN, as in the README.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemoryStore, createServer, issueToken } from "@syncline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBlocks, shownBy } from "./blocks.ts";

const run = promisify(execFile);
/** What the repository's own code is held against, but for what reads badly in an example. */
const TYPES = {
  extends: "../../../../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    composite: false,
    types: ["node"],
    lib: ["ES2024", "ESNext", "DOM", "DOM.Iterable"],
    noUnusedLocals: false,
    noPropertyAccessFromIndexSignature: false,
    moduleDetection: "force",
  },
  include: ["*.ts"],
};
const SECRET = "a secret for the documents, long enough for HS256";
const here = fileURLToPath(new URL("./", import.meta.url));
const blocks = readBlocks();

let server: Awaited<ReturnType<typeof createServer>>;
let folder: string;

beforeAll(async () => {
  server = await createServer({
    store: createMemoryStore(),
    apps: "open",
    auth: { secret: SECRET },
    port: 0,
    // That a machine with many tests is slow is no overload.
    httpLimits: { lagMs: 15_000 },
  });
  await server.listen();
  // Inside of the repository, so that the packages are found.
  folder = await mkdtemp(`${here}.run-`);
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const env = async (userId: string) => ({
  ...process.env,
  SYNCLINE_URL: server.url,
  SYNCLINE_TOKEN: await issueToken({ secret: SECRET, userId, expiresInSeconds: 60 }),
});

const typescript = blocks.filter(({ language }) => language === "ts");

test("there are blocks to run", () => {
  expect(typescript.length).toBeGreaterThanOrEqual(4);
});

const fileOf = (place: string) => `${place.replaceAll(/\W/g, "-")}.ts`;

test("all of them are right by their types", async () => {
  const checked = `${folder}/types`;
  await mkdir(checked);
  for (const { place, code } of typescript) await writeFile(`${checked}/${fileOf(place)}`, code);
  await writeFile(`${checked}/tsconfig.json`, JSON.stringify(TYPES));
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const { stdout } = await run(process.execPath, [tsc, "-p", checked]).catch(
    (thrown: { stdout: string }) => thrown, // its errors are what it prints
  );
  expect(stdout).toBe("");
});

test.each(typescript.map((block) => [block.place, block.code] as const))(
  "%s runs",
  async (place, code) => {
    const file = `${folder}/${fileOf(place)}`;
    await writeFile(file, code);
    const printed = (await runBlock(file, place)).split("\n");
    // In their order, whatever else is printed between them.
    const shown = shownBy(code);
    let from = 0;
    for (const line of shown) {
      const at = printed.indexOf(line, from);
      expect([line, at >= from ? "printed" : printed]).toEqual([line, "printed"]);
      from = at + 1;
    }
  },
);

/** What a server says that has more to do than it can: come back. A machine that is busy makes every server say so. */
const OVERLOADED = /more to do than it can|code: 'unavailable'/;
const TRIES = 3;
/** On no machine, however busy: to load a server takes a second on a quiet one. */
const NEVER_MS = 300_000;

/** Runs a block; one whose own server was overloaded is run again, since blocks are too short to do so themselves. */
async function runBlock(file: string, place: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const args = ["--conditions=syncline-source", file];
      const options = { env: await env(place), timeout: NEVER_MS };
      return (await run(process.execPath, args, options)).stdout;
    } catch (thrown) {
      if (tries === TRIES || !OVERLOADED.test(String(thrown))) throw thrown;
    }
  }
}

test("the README's curl lines work as they are printed", async () => {
  const [block] = blocks.filter(({ code }) => code.startsWith("curl"));
  const { SYNCLINE_TOKEN, ...rest } = await env("curl");
  const script = (block?.code ?? "").replaceAll("http://localhost:4400", server.url);
  const { stdout } = await run("bash", ["-euc", script], {
    env: { ...rest, TOKEN: SYNCLINE_TOKEN },
  });
  expect(stdout).toContain('"status":"applied"');
  expect(stdout.split("}{")[1] ?? stdout).toContain('"title":"Milk"');
});
