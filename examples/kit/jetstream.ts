// Pushes over NATS JetStream wait on the server's disk while the peer is away. NATS_URL tells where the server is.

import { connect } from "@nats-io/transport-node";
import { createMemoryStore, observeStore, syncBuilder } from "@syncline/kit";
import { createJetStreamTransport, serveJetStreamPeer } from "@syncline/kit/jetstream";

const servers = process.env["NATS_URL"] ?? "nats://127.0.0.1:4222";
const subject = "warehouse.events";
const [office, till] = [await connect({ servers }), await connect({ servers })];

const store = createMemoryStore();
await store.store({ id: "e1", type: "Sold", aggregateId: "apples", data: 2, metadata: null });
const transport = createJetStreamTransport({ connection: till, subject });
const sync = syncBuilder().withStore(store).withTransport(transport).withPushOnly().build();
const { eventsPushed, errors } = await sync.sync();
console.log(`nobody is there: pushed ${eventsPushed}, ${errors.length} errors`);

const shared = observeStore(createMemoryStore());
const arrived = new Promise<void>((resolve) => shared.onStored(resolve));
const peer = await serveJetStreamPeer({ store: shared, connection: office, subject });
await arrived;
for await (const { event } of shared.load(null)) console.log(`the office has ${event.id}`);

await sync.close();
await peer.close();
await Promise.all([office.close(), till.close()]);
