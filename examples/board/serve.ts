// The app on one port: its files, the tokens of its make-believe login, and the sync server behind it.

import { createServer, defineApp, issueToken, openSqliteStore } from "@syncline/server";
import { build, preview } from "vite";

export interface BoardOptions {
  /** Where the app is to be found; 0 takes a free port. */
  readonly port?: number;
  readonly databasePath: string;
  readonly secret: string;
}

export interface BoardApp {
  readonly url: string;
  close(): Promise<void>;
}

const CONFIG = new URL("./vite.config.ts", import.meta.url).pathname;

const board = defineApp({
  name: "board",
  collections: {
    columns: {},
    cards: {},
    comments: { policy: "log" },
    votes: { policy: "counter" },
  },
  createSpaces: "anyone",
  sharing: { seeMembers: "members" },
});

/** Builds the app, as it is deployed. */
export async function buildBoard(): Promise<void> {
  const { NODE_ENV } = process.env;
  // Whoever builds it in a test still gets what people get.
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: CONFIG, logLevel: "warn" });
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
}

/** Serves what was built. */
export async function serveBoard({ port, databasePath, secret }: BoardOptions): Promise<BoardApp> {
  const sync = await createServer({
    store: await openSqliteStore({ path: databasePath }),
    apps: [board],
    auth: { secret },
    port: 0,
  });
  await sync.listen();
  const target = sync.url;
  const server = await preview({
    configFile: CONFIG,
    logLevel: "silent",
    plugins: [
      {
        name: "login",
        configurePreviewServer({ middlewares }) {
          middlewares.use("/token", (request, response) => {
            const query = new URL(request.url ?? "", "http://localhost").searchParams;
            const userId = query.get("user") ?? "me";
            issueToken({ secret, userId, expiresInSeconds: 3_600 }).then(
              (token) => response.end(token),
              () => response.writeHead(400).end(),
            );
          });
        },
      },
    ],
    preview: {
      port: port ?? 0,
      strictPort: port !== undefined,
      // The socket's origin must be the server's own: the proxy speaks for itself.
      proxy: { "/v1": { target, ws: true, changeOrigin: true, headers: { origin: target } } },
    },
  });
  const address = server.httpServer.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://localhost:${own}`,
    async close() {
      await server.close();
      await sync.close();
    },
  };
}
