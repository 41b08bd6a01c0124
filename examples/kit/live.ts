// Automatic sync with live updates: what one client stores is with the other one at once, over an event stream.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryStore, observeStore, syncBuilder } from "@syncline/kit";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { createEventStreamHandler, createSseTransport } from "@syncline/kit/sse";

const shared = observeStore(createMemoryStore());
const stream = createEventStreamHandler({ store: shared });
const server = createServer(toNodeListener(createSyncHandler({ store: shared, stream })));
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo; // it listens on a port

const open = () => {
  const store = observeStore(createMemoryStore());
  const transport = createSseTransport({ url: `http://127.0.0.1:${port}/sync` });
  const sync = syncBuilder()
    .withStore(store)
    .withTransport(transport)
    .withSyncInterval(60_000)
    .build();
  return { store, sync };
};
const [writer, reader] = [open(), open()];

const arrived = new Promise<void>((resolve) => reader.store.onStored(resolve));
await reader.sync.startAutoSync({ live: true });
await writer.store.store({
  id: "1",
  type: "Noted",
  aggregateId: "a",
  data: "hello",
  metadata: null,
});
await writer.sync.sync();
await arrived;
for await (const { event } of reader.store.load(null)) console.log(`arrived: ${event.data}`);

await reader.sync.close();
await writer.sync.close();
server.closeAllConnections();
server.close();
