// npm run dev: the sync server, with its data in ./data, and the pages, which change as you save.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer, openSqliteStore } from "@syncline/server";
import { createServer as createPages } from "vite";
import apps from "./apps.js";

mkdirSync("data", { recursive: true });
const sync = await createServer({
  store: await openSqliteStore({ path: "data/dev.db" }),
  apps,
  // Devices are given new tokens by their cookie, so a new secret at each start signs nobody out.
  auth: { secret: randomBytes(32).toString("base64url") },
  accounts: {},
  port: 0,
});
await sync.listen();

// Pages and server share one origin: the cookie that keeps people signed in is for that alone.
const target = { target: sync.url, ws: true, changeOrigin: true, headers: { origin: sync.url } };
const pages = await createPages({
  server: { port: Number(process.env.PORT ?? 5173), proxy: { "/v1": target, "/accounts": target } },
});
await pages.listen();
pages.printUrls();

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    await Promise.all([pages.close(), sync.close()]);
    process.exit();
  });
