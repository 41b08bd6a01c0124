// npm run dev: the sync server, with its data in ./data, and the pages, which change as you save.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer, issueToken, openSqliteStore } from "@syncline/server";
import { createServer as createPages } from "vite";
import apps from "./apps.js";

mkdirSync("data", { recursive: true });
const secret = randomBytes(32).toString("base64url");
const sync = await createServer({
  store: await openSqliteStore({ path: "data/dev.db" }),
  apps,
  auth: { secret },
  port: 0,
});
await sync.listen();

const target = { target: sync.url, ws: true, changeOrigin: true, headers: { origin: sync.url } };
const pages = await createPages({
  server: { port: Number(process.env.PORT ?? 5173), proxy: { "/v1": target } },
  plugins: [
    {
      // Stands for your own sign-in while you develop: it takes anybody's word.
      name: "token",
      configureServer({ middlewares }) {
        middlewares.use("/token", async (request, response) => {
          const query = new URL(request.url, "http://localhost").searchParams;
          const userId = query.get("user") ?? "me";
          response.end(await issueToken({ secret, userId, expiresInSeconds: 3600 }));
        });
      },
    },
  ],
});
await pages.listen();
pages.printUrls();

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    await Promise.all([pages.close(), sync.close()]);
    process.exit();
  });
