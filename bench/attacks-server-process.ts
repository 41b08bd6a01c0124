// The server under attack: everything on, default limits, a database of its own. Says where it is and tokens of two people.

import { createKanso, kansoApp } from "@syncline/kanso-server";
import {
  createServer,
  issueToken,
  kitDialect,
  manaDialect,
  openSqliteStore,
  simpleDialect,
} from "@syncline/server";

const SECRET = "a secret for the benchmarks, long enough for HS256";
const [path = ""] = process.argv.slice(2);
const server = await createServer({
  store: await openSqliteStore({ path }),
  port: 0,
  host: "127.0.0.1",
  apps: [kansoApp, { name: "todo", collections: { todos: {} }, createSpaces: "anyone" }],
  dialects: [kitDialect(), manaDialect(), simpleDialect({}), createKanso()],
  auth: { secret: SECRET },
  accounts: {},
  logLevel: "silent",
});
await server.listen();
const people = await Promise.all(
  ["honest", "attacker"].map(async (name) => {
    const credentials = { email: `${name}@example.org`, password: "orange-kite-42" };
    const answer = await fetch(`${server.url}/accounts/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(credentials),
    });
    const { userId } = (await answer.json()) as { userId: string };
    return await issueToken({ secret: SECRET, userId, expiresInSeconds: 3_600 });
  }),
);
process.send?.({ url: server.url, people });
process.on("message", () => {
  void server.close().then(() => process.exit(0));
});
