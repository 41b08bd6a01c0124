// The app on one port: its files, the tokens of its make-believe login, and the sync server behind it.

import { createServer, issueToken, openSqliteStore, type SynclineServer } from "@syncline/server";
import { build, type PreviewServer, preview } from "vite";

export interface TodoOptions {
  /** Where the app is to be found; 0 takes a free port. */
  readonly port?: number;
  readonly databasePath: string;
  /** Where a sync server runs already; otherwise one is started. */
  readonly syncUrl?: string;
  readonly secret: string;
  readonly tokenSeconds?: number;
}

export interface TodoApp {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the app, as it is deployed. */
export async function buildTodo(): Promise<void> {
  const { NODE_ENV } = process.env;
  // Whoever builds it in a test still gets what people get.
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: CONFIG, logLevel: "warn" });
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
}

const CONFIG = new URL("./vite.config.ts", import.meta.url).pathname;

/** Serves what was built. */
export async function serveTodo(options: TodoOptions): Promise<TodoApp> {
  const { secret, tokenSeconds = 3_600 } = options;
  let sync: SynclineServer | undefined;
  if (options.syncUrl === undefined) {
    sync = await createServer({
      store: await openSqliteStore({ path: options.databasePath }),
      apps: [{ name: "todo", collections: { todos: {} } }],
      auth: { secret },
      port: 0,
    });
    await sync.listen();
  }
  const target = options.syncUrl ?? sync?.url ?? "";
  const server: PreviewServer = await preview({
    configFile: CONFIG,
    logLevel: "silent", // a sync server that is away is the app's matter, and it says so
    plugins: [
      {
        name: "login",
        configurePreviewServer({ middlewares }) {
          middlewares.use("/token", (request, response) => {
            const query = new URL(request.url ?? "", "http://localhost").searchParams;
            const userId = query.get("user") ?? "me";
            issueToken({ secret, userId, expiresInSeconds: tokenSeconds }).then(
              (token) => response.end(token),
              () => response.writeHead(400).end(),
            );
          });
        },
      },
    ],
    preview: {
      port: options.port ?? 0,
      strictPort: options.port !== undefined,
      // The socket's origin must be the server's own: the proxy speaks for itself.
      proxy: { "/v1": { target, ws: true, changeOrigin: true, headers: { origin: target } } },
    },
  });
  const address = server.httpServer.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://localhost:${port}`,
    async close() {
      await server.close();
      await sync?.close();
    },
  };
}
