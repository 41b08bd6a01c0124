// The packages as `npm run pack` makes them: packed once in a run, when the first test asks. Packing builds in the
// checkout, so that two at once would read each other's half of a build.

import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { PATIENT, plainEnv, runProgram } from "./run-program.ts";

declare module "vitest" {
  interface ProvidedContext {
    sharedTarballsPort: number;
  }
}

/** What a test that asks is told. */
type Answer = { readonly files: readonly string[] } | { readonly failed: string };

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Run by Vitest before all tests. @returns what is run after them */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-tarballs-"));
  let packed: Promise<Answer> | undefined;
  const server = createServer(async (socket) => {
    socket.on("error", () => socket.destroy()); // whoever asked has ended
    packed ??= pack(folder);
    socket.end(JSON.stringify(await packed));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  project.provide("sharedTarballsPort", (server.address() as AddressInfo).port); // it listens on a port
  return async () => {
    server.close();
    await packed;
    await rm(folder, { recursive: true, force: true });
  };
}

async function pack(folder: string): Promise<Answer> {
  const args = ["run", "pack", "--", "--to", folder];
  const { code, output } = await runProgram("npm", args, root, plainEnv(), PATIENT.hookTimeout);
  if (code !== 0) return { failed: output };
  return { files: (await readdir(folder)).map((file) => join(folder, file)) };
}

/**
 * The tarballs of all packages, by the package's folder: `server`. They are everybody's.
 * @throws {Error} with what npm said, where they cannot be packed
 */
export async function sharedTarballs(): Promise<ReadonlyMap<string, string>> {
  const socket = connect(inject("sharedTarballsPort"), "127.0.0.1");
  const answer = JSON.parse(await text(socket)) as Answer; // written above
  if ("failed" in answer) throw new Error(answer.failed);
  return new Map(
    answer.files.map((path) => [basename(path).replace(/^syncline-|-\d.*$/g, ""), path]),
  );
}
