// Two clients that were offline, and a server between them: both have everything in the end.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpTransport, createMemoryStore, syncBuilder } from "@syncline/kit";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { openSqliteStore } from "@syncline/kit/sqlite";

const handler = createSyncHandler({ store: await openSqliteStore({ path: ":memory:" }) });
const server = createServer(toNodeListener(handler)).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo; // it listens on a port
const url = `http://127.0.0.1:${port}/sync`;

const clients = ["anna", "ben"].map((name) => {
  const store = createMemoryStore();
  const transport = createHttpTransport({ url });
  return { name, store, sync: syncBuilder().withStore(store).withTransport(transport).build() };
});
for (const { name, store } of clients) {
  const data = { text: `from ${name}` };
  await store.store({ id: name, type: "Noted", aggregateId: "list", data, metadata: null });
}
for (const { sync } of [...clients, ...clients]) await sync.sync();
for (const { name, store, sync } of clients) {
  const ids: string[] = [];
  for await (const { event } of store.load(null)) ids.push(event.id);
  console.log(`${name} has ${ids.sort().join(" and ")}`);
  await sync.close();
}
server.close();
