// What is written runs: every TypeScript block of the documents, and the curl lines of the README.
// A block finds a server through SYNCLINE_URL and SYNCLINE_TOKEN, as in the README.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMemoryStore, createServer, issueToken } from "@syncline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBlocks } from "./blocks.ts";

const run = promisify(execFile);
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

test.each(typescript.map((block) => [block.place, block.code] as const))(
  "%s runs",
  async (place, code) => {
    const file = `${folder}/${place.replaceAll(/\W/g, "-")}.ts`;
    await writeFile(file, code);
    await runBlock(file, place);
  },
);

/** What a server says that has more to do than it can: come back. A machine that is busy makes every server say so. */
const OVERLOADED = /more to do than it can|code: 'unavailable'/;
const TRIES = 3;

/** Runs a block; one whose own server was overloaded is run again, since blocks are too short to do so themselves. */
async function runBlock(file: string, place: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const args = ["--conditions=syncline-source", file];
      await run(process.execPath, args, { env: await env(place), timeout: 20_000 });
      return;
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
