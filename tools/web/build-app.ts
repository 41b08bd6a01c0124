// Builds a web app into a folder, as it is served: whoever builds it, and whoever else does meanwhile.

import { renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "vite";
import { precompress } from "./precompress.ts";

const ATTEMPTS = 10;

/**
 * @param config the app's vite.config.ts
 * @param folder where the built files go; what was there before is gone then
 */
export async function buildApp(config: string, folder: string): Promise<void> {
  const { NODE_ENV } = process.env;
  const outDir = join(dirname(config), `.dist-${process.pid}`);
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: config, logLevel: "warn", build: { outDir } });
    precompress(outDir);
    putInPlace(outDir, folder);
  } finally {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Whoever reads the folder finds the old files or the new ones, never half of them. */
function putInPlace(from: string, to: string, attempt = 1): void {
  rmSync(to, { recursive: true, force: true });
  try {
    renameSync(from, to);
  } catch (thrown) {
    // Somebody else was faster, with the same files.
    if (attempt === ATTEMPTS) throw thrown;
    putInPlace(from, to, attempt + 1);
  }
}
