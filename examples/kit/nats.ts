// A peer over NATS, which NATS_URL tells: nobody has to know where the other one is.

import { connect } from "@nats-io/transport-node";
import { createMemoryStore, observeStore, syncBuilder } from "@syncline/kit";
import { createNatsTransport, serveNatsPeer } from "@syncline/kit/nats";

const servers = process.env["NATS_URL"] ?? "nats://127.0.0.1:4222";
const subject = "shop.events";
const [office, till] = [await connect({ servers }), await connect({ servers })];
const shared = observeStore(createMemoryStore());
const peer = serveNatsPeer({ store: shared, connection: office, subject });
await office.flush();

const store = createMemoryStore();
await store.store({ id: "e1", type: "Sold", aggregateId: "apples", data: 2, metadata: null });
const transport = createNatsTransport({ connection: till, subject });
const sync = syncBuilder().withStore(store).withTransport(transport).build();
const { eventsPushed, errors } = await sync.sync();
console.log(`pushed ${eventsPushed}, ${errors.length} errors`);
console.log(`the office has ${(await shared.stats()).events}`);

await sync.close();
await peer.close();
await Promise.all([office.close(), till.close()]);
