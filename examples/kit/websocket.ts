// Two programs over one WebSocket each: what one of them stores is told to the other one at once.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryStore, observeStore, selectEvents } from "@syncline/kit";
import { createWebSocketTransport } from "@syncline/kit/websocket";
import { attachWebSocketPeer } from "@syncline/kit/websocket-server";

const store = observeStore(createMemoryStore());
const server = createServer();
const peer = attachWebSocketPeer({ store, server });
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo; // it listens on a port
const url = `ws://127.0.0.1:${port}/sync/ws`;

const [till, kitchen] = [createWebSocketTransport({ url }), createWebSocketTransport({ url })];
const told = new Promise<void>((resolve) => {
  const handler = selectEvents({ type: "OrderPlaced" }, ({ events }) => {
    for (const { event } of events) console.log(`kitchen: ${event.aggregateId}`);
    resolve();
  });
  void kitchen.subscribe(handler, {
    statusChanged: ({ connected }) => console.log(`kitchen: connected ${connected}`),
  });
});
const version = await till.latestVersion();
const order = { id: "e2", type: "OrderPlaced", aggregateId: "order-7", data: null, metadata: null };
await till.push([
  { event: { ...order, id: "e1", type: "TillOpened", aggregateId: "till" }, version },
  { event: order, version },
]);
await told;

await Promise.all([till.close(), kitchen.close()]);
await peer.close();
server.close();
