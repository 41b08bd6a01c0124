// The built app on one port, with its server behind it: for tests, and to look at it.

import { fileURLToPath } from "node:url";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import { createServer, openSqliteStore, type SynclineServer } from "@syncline/server";
import { preview } from "vite";

export interface ServeOptions {
  /** 0, or left out: a free one. */
  readonly port?: number;
  readonly databasePath: string;
  readonly secret: string;
}

export interface ServedApp {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server of Kanso's. */
export async function startServer(options: Omit<ServeOptions, "port">): Promise<SynclineServer> {
  const server = await createServer({
    store: await openSqliteStore({ path: options.databasePath }),
    apps: [kansoApp],
    dialects: [createKanso()],
    accounts: {},
    auth: { secret: options.secret },
    port: 0,
  });
  await server.listen();
  return server;
}

/** What the page asks its own address for, and the server answers. The socket's origin must be the server's own. */
export function proxyTo(target: string): Record<string, object> {
  const headers = { origin: target };
  const way = { target, ws: true, changeOrigin: true, headers };
  return { "/v1": way, "/accounts": way, "/api/v1": way };
}

/** Serves what `buildWeb` has built. */
export async function serveWeb(options: ServeOptions): Promise<ServedApp> {
  const { port } = options;
  const server = await startServer(options);
  const pages = await preview({
    configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)),
    logLevel: "silent",
    preview: { port: port ?? 0, strictPort: port !== undefined, proxy: proxyTo(server.url) },
  });
  const address = pages.httpServer.address();
  const taken = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://localhost:${taken}`,
    async close() {
      await pages.close();
      await server.close();
    },
  };
}
