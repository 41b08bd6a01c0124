// Builds the web app into `dist`, as it is served.

import { fileURLToPath } from "node:url";
import { buildApp } from "../../../tools/web/build-app.ts";

/** The built app's folder. */
const SITE = fileURLToPath(new URL("./dist/", import.meta.url));

/** @returns the folder with the built app, as people get it */
export async function buildWeb(): Promise<string> {
  await buildApp(fileURLToPath(new URL("./vite.config.ts", import.meta.url)), SITE);
  return SITE;
}
