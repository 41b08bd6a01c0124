// Two nodes change one product without knowing of each other: what can be merged is, and prices are for a person to decide.

import {
  createMemoryStore,
  createMemoryTransport,
  createReviewQueue,
  createRuleResolver,
  createSyncManager,
  fieldChanged,
  fieldMerge,
  manualReview,
  observeStore,
  openVersionedStore,
} from "@syncline/kit";

const hub = observeStore(createMemoryStore());
const resolver = createRuleResolver({
  rules: [{ name: "prices", when: fieldChanged("price"), resolver: manualReview("prices differ") }],
  fallback: fieldMerge,
});

async function openNode(nodeId: string) {
  const store = await openVersionedStore({ store: createMemoryStore(), nodeId });
  const reviews = createReviewQueue(store);
  const transport = createMemoryTransport({ store: hub, peer: "hub" });
  const sync = createSyncManager({ store, transport, resolver, reviews });
  const change = (id: string, aggregateId: string, data: unknown) =>
    store.store({ id, type: "ProductChanged", aggregateId, data, metadata: null });
  return { store, reviews, sync, change };
}
const [shop, office] = [await openNode("shop"), await openNode("office")];

await shop.change("s1", "tea", { title: "Green tea", stock: 7 });
await office.change("o1", "tea", { title: "Green tea", origin: "Uji" });
await shop.change("s2", "cup", { price: 9 });
await office.change("o2", "cup", { price: 11 });

await shop.sync.sync();
const { conflicts } = await office.sync.sync();
for (const { conflict, resolution } of conflicts)
  console.log(
    `${conflict.aggregateId}: ${resolution?.decision} (${resolution?.reasons.join(", ")})`,
  );
for (const { event } of await office.store.heads("tea"))
  console.log(`tea is ${JSON.stringify(event.data)}`);

const [item] = await office.reviews.list();
if (item !== undefined) {
  const agreed = {
    id: "agreed",
    type: "ProductChanged",
    aggregateId: "cup",
    data: { price: 10 },
    metadata: null,
  };
  await office.reviews.resolve(item.id, agreed);
}
await office.sync.sync();
await shop.sync.sync();
for (const { event } of await shop.store.heads("cup"))
  console.log(`in the shop, the cup is ${JSON.stringify(event.data)}`);
console.log(`${(await shop.reviews.list()).length} left to review`);
