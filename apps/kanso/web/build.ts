// Builds the web app into `dist`, as it is served.

import { fileURLToPath } from "node:url";
import { build } from "vite";

const WEB_FOLDER = fileURLToPath(new URL("./dist/", import.meta.url));
const CONFIG = fileURLToPath(new URL("./vite.config.ts", import.meta.url));

/** @returns the folder with the built app, as people get it, whoever builds it */
export async function buildWeb(): Promise<string> {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: CONFIG, logLevel: "warn" });
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
  return WEB_FOLDER;
}
