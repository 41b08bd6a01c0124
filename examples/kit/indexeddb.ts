// Events in a browser: in IndexedDB, which all tabs of an app share.

import { openIndexedDbStore } from "@syncline/kit/indexeddb";

const [tab, other] = [
  await openIndexedDbStore({ name: "shop" }),
  await openIndexedDbStore({ name: "shop" }),
];
await tab.store({ id: "e1", type: "Sold", aggregateId: "apples", data: 2, metadata: null });
const again = { id: "e1", type: "Sold", aggregateId: "apples", data: 2, metadata: null };
console.log(`the other tab: ${(await other.store(again)).status}`);
console.log(`both have ${(await tab.stats()).events}`);
await Promise.all([tab.close(), other.close()]);
