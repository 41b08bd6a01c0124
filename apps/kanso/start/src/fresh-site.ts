// What the habit tracker's server serves: its web app and the console, built where they are missing or older than their sources.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isOlder } from "../../../../tools/web/is-older.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const LOCK = join(ROOT, "package-lock.json");
const WEB = join(ROOT, "apps/kanso/web");
/** Everything that ends up in the built files. */
const SOURCES = [
  WEB,
  join(ROOT, "apps/kanso/domain/src"),
  join(ROOT, "packages/client/src"),
  join(ROOT, "packages/core/src"),
  LOCK,
];

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
    await buildWeb();
  }
  return folder;
}

/** Builds the console where that is needed: every server serves it from its own package's folder. */
export async function freshConsole(say: (line: string) => void): Promise<void> {
  const sources = [join(ROOT, "apps/console/web"), LOCK];
  if (!isOlder(join(ROOT, "packages/server/console/index.html"), sources)) return;
  say("Building the console: this takes a moment, and is done again when its sources change.");
  const { buildConsole } = await import("@syncline/console/build");
  await buildConsole();
}
