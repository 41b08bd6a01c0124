// A peer of the kit, in a process of its own: the handler over SQLite. It says its port and, when it was told to watch it,
// its memory.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { openSqliteStore } from "@syncline/kit/sqlite";

const [, , path = ":memory:", watch] = process.argv;
const store = await openSqliteStore({ path });
const server = createServer(toNodeListener(createSyncHandler({ store })));
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port }); // it listens on a port
});
// What the system counts as the peak begins with the parent's. Looking takes time, which is not taken from speed.
let peakBytes = 0;
if (watch !== undefined) {
  setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 10);
}
process.on("message", () => {
  process.send?.({ peakBytes });
});
process.on("disconnect", () => process.exit());
