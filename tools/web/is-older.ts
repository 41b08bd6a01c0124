// Whether built files are older than what they are made of.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Not sources: what is built, and what is installed. */
const SKIPPED = new Set(["dist", "node_modules"]);

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
