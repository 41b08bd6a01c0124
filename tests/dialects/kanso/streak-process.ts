// A server with the streak worker, in a process of its own, so that it can be killed. It starts when it is told to, and
// says its address.

import { once } from "node:events";
import { createKanso, createViews, kansoApp, streakConsumer } from "@syncline/kanso-server";
import { createServer, openPostgresStore, openSqliteStore } from "@syncline/server";

const [address = "", secret = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
await once(process, "message");
const views = createViews();
const server = await createServer({
  store: await (address.startsWith("postgres:")
    ? openPostgresStore({ url: address })
    : openSqliteStore({ path: address })),
  apps: [kansoApp],
  dialects: [createKanso({ views })],
  consumers: [streakConsumer({ views, leaseMs: 1_000 })],
  consumersPollMs: 100,
  auth: { secret },
  port: 0,
  logLevel: "silent",
  httpLimits: { lagMs: 15_000 },
});
await server.listen();
process.send?.(server.url);
