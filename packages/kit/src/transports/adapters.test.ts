// Every transport of ours keeps the port's promises.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ObservedStore } from "../stores/observed.ts";
import { describeTransport } from "./conformance.ts";
import { createHttpTransport } from "./http/client.ts";
import { createSyncHandler, toNodeListener } from "./http/index.ts";
import { createMemoryTransport } from "./memory.ts";
import { createEventStreamHandler, createSseTransport } from "./sse/index.ts";
import { createWebSocketTransport } from "./websocket/index.ts";
import { attachWebSocketPeer, type WebSocketPeer } from "./websocket/server.ts";

describeTransport("memory", {
  open: async (store) => createMemoryTransport({ store, peer: "memory" }),
  isDirect: true,
});

let server: Server;
describeTransport("HTTP", {
  async open(store) {
    server = createServer(toNodeListener(createSyncHandler({ store })));
    return createHttpTransport({
      url: `http://127.0.0.1:${await listen(server)}/sync`,
      pollMs: 20,
    });
  },
  interrupt: async () => server.closeAllConnections(),
  cleanUp: () => end(server),
});

/** A server on a free port of this machine. */
async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // it listens on a port
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

describeTransport("SSE", {
  async open(store) {
    const stream = createEventStreamHandler({ store });
    server = createServer(toNodeListener(createSyncHandler({ store, stream })));
    return createSseTransport({ url: `http://127.0.0.1:${await listen(server)}/sync` });
  },
  interrupt: async () => server.closeAllConnections(),
  cleanUp: () => end(server),
});

let sockets: WebSocketPeer;
let peersStore: ObservedStore;
describeTransport("WebSocket", {
  async open(store) {
    server = createServer();
    peersStore = store;
    sockets = attachWebSocketPeer({ store, server });
    return createWebSocketTransport({ url: `ws://127.0.0.1:${await listen(server)}/sync/ws` });
  },
  async interrupt() {
    await sockets.close();
    sockets = attachWebSocketPeer({ store: peersStore, server });
  },
  async cleanUp() {
    await sockets.close();
    await end(server);
  },
});
