// The page on one port: its files, a login that believes everybody, and the simple-sync server behind it.

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AnyEvents,
  createMemorySimpleStore,
  openSimpleClient,
  type SimpleClient,
} from "@syncline/client/simple";
import { type AccessRule, ROOT_USER } from "@syncline/core";
import { createServer, openSqliteStore, simpleDialect } from "@syncline/server";
import { build, preview } from "vite";
import { PEOPLE, RULES } from "./src/household.ts";

export interface ChoresOptions {
  /** Where the page is to be found; 0 takes a free port. */
  readonly port?: number;
  /** Where the database lies, and the key of `.root`. */
  readonly folder: string;
}

export interface ChoresApp {
  readonly url: string;
  /** What `.root` does: nobody of the household can. */
  addRules(rules: readonly AccessRule[]): Promise<void>;
  close(): Promise<void>;
}

const CONFIG = new URL("./vite.config.ts", import.meta.url).pathname;

/** Builds the page, as it is deployed. */
export async function buildChores(): Promise<void> {
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
export async function serveChores({ port, folder }: ChoresOptions): Promise<ChoresApp> {
  const keyFile = join(folder, "root.key");
  const sync = await createServer({
    store: await openSqliteStore({ path: join(folder, "chores.db") }),
    apps: [],
    // Everybody here has a key; tokens of this secret are nobody's.
    auth: { secret: randomBytes(32).toString("base64url") },
    port: 0,
    dialects: [simpleDialect({ onRootKey: (key) => writeFileSync(keyFile, key, { mode: 0o600 }) })],
  });
  await sync.listen();
  if (!existsSync(keyFile)) throw new Error(`There is a database without its ${keyFile}.`);
  const root = await openSimpleClient({
    url: sync.url,
    apiKey: readFileSync(keyFile, "utf8"),
    user: ROOT_USER,
    store: createMemorySimpleStore(),
  });
  await settle(root);
  const server = await preview({
    configFile: CONFIG,
    logLevel: "silent", // a sync server that is away is the page's matter, and it says so
    plugins: [
      {
        name: "login",
        configurePreviewServer({ middlewares }) {
          middlewares.use("/setup", (request, response) => {
            const { searchParams } = new URL(request.url ?? "", "http://localhost");
            const person = PEOPLE.find(({ user }) => user === searchParams.get("user"));
            if (person === undefined) {
              response.writeHead(404).end();
              return;
            }
            root.generateSetupCode(person.user).then(
              ({ code }) => response.end(code),
              () => response.writeHead(503).end(),
            );
          });
        },
      },
    ],
    preview: {
      port: port ?? 0,
      strictPort: port !== undefined,
      proxy: { "/api": { target: sync.url } },
    },
  });
  const address = server.httpServer.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://localhost:${own}`,
    addRules: root.addRules,
    async close() {
      await root.close();
      await server.close();
      await sync.close();
    },
  };
}

/** Makes the people and the rules, where they are not there yet. */
async function settle(root: SimpleClient<AnyEvents>): Promise<void> {
  await root.sync();
  const items = new Set(root.history.getSnapshot().map(({ item }) => item));
  for (const { user } of PEOPLE) if (!items.has(`.user.${user}`)) await root.createUser(user);
  await root.sync();
  if (!items.has(".acl")) await root.addRules(RULES);
}
