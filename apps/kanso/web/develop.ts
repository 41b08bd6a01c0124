// npm run dev -w @syncline/kanso-web: the app as it is being written. KANSO_URL names a server that runs already.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { startServer } from "./serve.ts";

const folder = fileURLToPath(new URL("./data/", import.meta.url));
mkdirSync(folder, { recursive: true });
const target =
  process.env["KANSO_URL"] ??
  (
    await startServer({
      databasePath: `${folder}kanso.db`,
      secret: process.env["KANSO_SECRET"] ?? randomBytes(32).toString("base64url"),
    })
  ).url;
/** What the page asks its own address for, and the server answers. The socket's origin must be the server's own. */
const way = { target, ws: true, changeOrigin: true, headers: { origin: target } };
const pages = await createServer({
  configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)),
  server: { proxy: { "/v1": way, "/accounts": way, "/api/v1": way } },
});
await pages.listen();
pages.printUrls();
