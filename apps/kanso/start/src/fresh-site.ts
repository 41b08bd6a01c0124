// The web app's folder of built files: built where there is none, or where a source is newer.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { precompress } from "./precompress.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const WEB = join(ROOT, "apps/kanso/web");
/** Everything that ends up in the built files. */
const SOURCES = [
  WEB,
  join(ROOT, "apps/kanso/domain/src"),
  join(ROOT, "packages/client/src"),
  join(ROOT, "packages/core/src"),
  join(ROOT, "package-lock.json"),
];
/** Not sources: what is built, and what is installed. */
const SKIPPED = new Set(["dist", "node_modules"]);

/**
 * Builds the web app where that is needed.
 * @param say is told what takes a moment
 * @returns the folder
 */
export async function freshSite(say: (line: string) => void): Promise<string> {
  const folder = join(WEB, "dist");
  if (isOlder(join(folder, "index.html"), SOURCES)) {
    say("Building the web app: this takes a moment, and is done again when its sources change.");
    // Loaded only here: what builds is large, and a start with everything in place goes without.
    const { buildWeb } = await import("@syncline/kanso-web/build");
    precompress(await buildWeb());
  }
  return folder;
}

/** Whether a file is missing, or was written before the last change in any of these files and folders. */
export function isOlder(file: string, sources: readonly string[]): boolean {
  if (!existsSync(file)) return true;
  const { mtimeMs } = statSync(file);
  return sources.some((source) => lastChange(source) > mtimeMs);
}

function lastChange(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder that builds write into is newer than they are: of it count the contents, and of others also removals.
  const entries = readdirSync(path);
  const own = entries.some((name) => SKIPPED.has(name)) ? 0 : stats.mtimeMs;
  return entries
    .filter((name) => !SKIPPED.has(name) && !name.startsWith(".") && !name.endsWith(".tsbuildinfo"))
    .reduce((last, name) => Math.max(last, lastChange(join(path, name))), own);
}
