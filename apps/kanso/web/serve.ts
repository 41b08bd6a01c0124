// The built app with its server on one port: for tests, and to look at it.

import { fileURLToPath } from "node:url";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import {
  type AccountOptions,
  createServer,
  openSqliteStore,
  type SynclineServer,
} from "@syncline/server";

export interface ServeOptions {
  readonly databasePath: string;
  readonly secret: string;
  readonly accounts?: AccountOptions;
}

/** What `buildWeb` has built. */
export const SITE = fileURLToPath(new URL("./dist/", import.meta.url));

/** Starts a server of Kanso's on a free port, with the app that `buildWeb` has built at `/`. */
export async function serveWeb(options: ServeOptions): Promise<SynclineServer> {
  return await startServer({ ...options, site: SITE });
}

/** Starts a server of Kanso's on a free port. */
export async function startServer(
  options: ServeOptions & { readonly site?: string },
): Promise<SynclineServer> {
  const { databasePath, secret, site, accounts = {} } = options;
  const server = await createServer({
    store: await openSqliteStore({ path: databasePath }),
    apps: [kansoApp],
    dialects: [createKanso()],
    accounts,
    auth: { secret },
    port: 0,
    ...(site === undefined ? {} : { site }),
  });
  await server.listen();
  return server;
}
