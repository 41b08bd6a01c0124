// Every transport of ours keeps the port's promises.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describeTransport } from "./conformance.ts";
import { createHttpTransport } from "./http/client.ts";
import { createSyncHandler, toNodeListener } from "./http/index.ts";
import { createMemoryTransport } from "./memory.ts";

describeTransport("memory", {
  open: async (store) => createMemoryTransport({ store, peer: "memory" }),
});

let server: Server;
describeTransport("HTTP", {
  async open(store) {
    server = createServer(toNodeListener(createSyncHandler({ store })));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on a port
    return createHttpTransport({ url: `http://127.0.0.1:${port}/sync`, pollMs: 20 });
  },
  interrupt: async () => server.closeAllConnections(),
  async cleanUp() {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  },
});
