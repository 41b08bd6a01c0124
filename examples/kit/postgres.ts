// Events in PostgreSQL, which DATABASE_URL tells: several processes share them, and each hears of what others stored.

import { createMemoryTransport } from "@syncline/kit";
import { openPostgresStore } from "@syncline/kit/postgres";

const url = process.env["DATABASE_URL"] ?? "postgres://localhost/shop";
const [here, there] = [await openPostgresStore({ url }), await openPostgresStore({ url })];

// A transport to a store of one's own process is a way to follow it.
const transport = createMemoryTransport({ store: here, peer: "shop" });
const heard = new Promise<void>((resolve) => {
  void transport.subscribe(({ events }) => {
    for (const { event, version } of events) console.log(`heard: ${version} ${event.type}`);
    resolve();
  });
});
await there.store({ id: "e1", type: "Sold", aggregateId: "apples", data: 2, metadata: null });
await heard;

const { events, connections } = await here.stats();
console.log(`${events} event, at most ${connections?.max} connections`);
await transport.close();
await Promise.all([here.close(), there.close()]);
