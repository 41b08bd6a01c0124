// Builds the console into the folder of the server's package that it is served and packed from. Run as a program by npm run build.

import { fileURLToPath } from "node:url";
import { buildApp } from "../../../tools/web/build-app.ts";

const FOLDER = fileURLToPath(new URL("../../../packages/server/console/", import.meta.url));

export async function buildConsole(): Promise<void> {
  await buildApp(fileURLToPath(new URL("./vite.config.ts", import.meta.url)), FOLDER);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
