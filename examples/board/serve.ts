// The app on one port: its files, the tokens of its make-believe login, and the sync server behind it.

import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import {
  busKeyOf,
  createServer,
  defineApp,
  issueToken,
  openPostgresBus,
  openPostgresStore,
  openSqliteStore,
} from "@syncline/server";
import { build, preview } from "vite";

export interface InvitationMail {
  readonly to: string;
  readonly link: string;
}

export interface BoardOptions {
  /** Where the app is to be found; 0 takes a free port. */
  readonly port?: number;
  readonly database: { readonly path: string } | { readonly postgresUrl: string };
  readonly secret: string;
  /** Sends invitations to addresses; printed where left out. */
  sendMail?(mail: InvitationMail): Promise<void>;
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

const printMail = async ({ to, link }: InvitationMail) =>
  console.log(`To ${to}: join us at ${link}`);

/** One file, or a PostgreSQL that several servers share: then they tell each other of what they write. */
async function openDatabase(database: BoardOptions["database"]) {
  if ("path" in database) return { store: await openSqliteStore(database) };
  const url = database.postgresUrl;
  const store = await openPostgresStore({ url });
  return { store, bus: await openPostgresBus({ url, key: await busKeyOf(store) }) };
}

/** Serves what was built. */
export async function serveBoard(options: BoardOptions): Promise<BoardApp> {
  const { port, database, secret, sendMail = printMail } = options;
  const sync = await createServer({
    ...(await openDatabase(database)),
    apps: [board],
    auth: { secret },
    // A real app knows the addresses of its users.
    addressOf: async ({ userId }) => `${userId}@example.org`,
    port: 0,
  });
  await sync.listen();
  const target = sync.url;

  /** Invites in the caller's name, and mails the link: nobody else sees the code, and no text is the caller's. */
  async function invite(request: IncomingMessage): Promise<{ status: number; text: string }> {
    const { board: name, ...invitation } = (await json(request)) as Record<string, string>;
    const answer = await fetch(`${target}/v1/board/${encodeURIComponent(name ?? "")}/invitations`, {
      method: "POST",
      headers: {
        authorization: request.headers.authorization ?? "",
        "content-type": "application/json",
      },
      body: JSON.stringify(invitation),
    });
    if (!answer.ok) return { status: answer.status, text: await answer.text() };
    const { code } = (await answer.json()) as { readonly code: string };
    await sendMail({ to: invitation["email"] ?? "", link: `${url}/#invite=${code}` });
    return { status: 204, text: "" };
  }
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
          middlewares.use("/invite", (request, response) => {
            invite(request).then(
              ({ status, text }) => response.writeHead(status).end(text),
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
  const url = `http://localhost:${own}`;
  return {
    url,
    async close() {
      await server.close();
      await sync.close();
    },
  };
}
