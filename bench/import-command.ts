// Runs an import of the command line on a database that another server left behind, again and again, and holds the digests together.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openSqliteStore } from "@syncline/server";

export const SYNCLINE = [
  "--conditions=syncline-source",
  fileURLToPath(new URL("../packages/server/src/cli/bin.ts", import.meta.url)),
];

/** What an import says of itself, by whatever name it counts. */
export interface Imported {
  readonly digest: string;
  readonly rowsPerSecond: number;
  readonly peakMb: number;
}

/** @param args the command, its source and where to */
export async function syncline(args: readonly string[]): Promise<unknown> {
  const options = { maxBuffer: 2 ** 26 };
  const run = promisify(execFile)(process.execPath, [...SYNCLINE, ...args, "--json"], options);
  return JSON.parse((await run).stdout) as unknown;
}

export interface TwoImports {
  readonly first: Imported;
  readonly second: Imported;
}

/**
 * Imports into two new folders, and once more into the first.
 * @throws when two imports of one source differ, or the one that comes again writes anything
 */
export async function importTwice(
  folder: string,
  run: (data: string) => Promise<Imported>,
): Promise<TwoImports> {
  const data = join(folder, "first");
  const first = await run(data);
  const second = await run(join(folder, "second"));
  const before = await stampsOf(data);
  const again = await run(data);
  for (const { digest } of [second, again])
    if (digest !== first.digest) throw new Error(`Two imports differ: ${first.digest}, ${digest}.`);
  if ((await stampsOf(data)) !== before) throw new Error("What came again was written again.");
  return { first, second };
}

/** Where each space's history ends: every write moves that on. */
async function stampsOf(data: string): Promise<string> {
  await using store = await openSqliteStore({ path: join(data, "syncline.db") });
  const ends: string[] = [];
  for (let after = "", more = true; more; ) {
    const heads = await store.spaces({ after, limit: 1_000 });
    for (const { space, epoch, stamp } of heads) ends.push(`${space} ${epoch} ${stamp}`);
    after = heads.at(-1)?.space ?? after;
    more = heads.length > 0;
  }
  if (ends.length === 0) throw new Error("Nothing was imported.");
  return ends.join("\n");
}
