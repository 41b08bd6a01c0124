// A server with the streak worker, in a process of its own, so that it can be killed. It says its address.

import { createKanso, createViews, kansoApp, streakConsumer } from "@syncline/kanso-server";
import { createServer, openPostgresStore, openSqliteStore } from "@syncline/server";

const [address = "", secret = ""] = process.argv.slice(2);
const views = createViews();
const server = await createServer({
  store: await (address.startsWith("postgres:")
    ? openPostgresStore({ url: address })
    : openSqliteStore({ path: address })),
  apps: [kansoApp],
  dialects: [createKanso({ views })],
  consumers: [streakConsumer({ views })],
  auth: { secret },
  port: 0,
  logLevel: "silent",
  httpLimits: { lagMs: 15_000 },
});
await server.listen();
process.send?.(server.url);
process.on("disconnect", () => process.exit());
