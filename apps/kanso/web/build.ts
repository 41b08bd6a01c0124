// Builds the web app into `dist`, as it is served.

import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const WEB_FOLDER = fileURLToPath(new URL("./dist/", import.meta.url));
const CONFIG = fileURLToPath(new URL("./vite.config.ts", import.meta.url));
const ATTEMPTS = 10;

/** @returns the folder with the built app, as people get it, whoever builds it, and whoever else does meanwhile */
export async function buildWeb(): Promise<string> {
  const { NODE_ENV } = process.env;
  const outDir = fileURLToPath(new URL(`./.dist-${process.pid}/`, import.meta.url));
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: CONFIG, logLevel: "warn", build: { outDir } });
    putInPlace(outDir);
  } finally {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
    rmSync(outDir, { recursive: true, force: true });
  }
  return WEB_FOLDER;
}

/** Whoever reads the folder finds the old files or the new ones, never half of them. */
function putInPlace(folder: string, attempt = 1): void {
  rmSync(WEB_FOLDER, { recursive: true, force: true });
  try {
    renameSync(folder, WEB_FOLDER);
  } catch (thrown) {
    // Somebody else was faster, with the same files.
    if (attempt === ATTEMPTS) throw thrown;
    putInPlace(folder, attempt + 1);
  }
}
