// Quickstart: events of one machine, without a peer. They are on disk when `store` resolves.

import { openVersionedStore, syncBuilder } from "@syncline/kit";
import { openSqliteStore } from "@syncline/kit/sqlite";

const events = await openSqliteStore({ path: ":memory:" });
const store = await openVersionedStore({ store: events, nodeId: "till-3" });
await using sync = syncBuilder().withStore(store).withNullTransport().build();

const order = { aggregateId: "order-42", metadata: null };
await store.store({ id: "1", type: "OrderPlaced", data: { total: 1999 }, ...order });
await store.store({ id: "2", type: "OrderPaid", data: { by: "card" }, ...order });

for await (const { event, version } of store.loadByAggregate("order-42", null))
  console.log(`${version} ${event.type} ${JSON.stringify(event.data)}`);
const { eventsPushed, errors } = await sync.sync();
console.log(`pushed ${eventsPushed}, ${errors.length} errors`);
