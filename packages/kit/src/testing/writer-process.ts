// The process that the conformance suite kills: writes events as fast as it can, and says which were acknowledged.
// Arguments: a module that exports `openStore(location)`, and the location.

import type { EventStore } from "../ports.ts";

interface StoreModule {
  openStore(location: string): Promise<EventStore>;
}

const [, , module = "", location = ""] = process.argv;
// The harness promises that the module has it.
const { openStore } = (await import(module)) as StoreModule;
const store = await openStore(location);
for (let n = 0; ; n++) {
  const event = (id: string) => ({
    id,
    type: "Written",
    aggregateId: `a${n % 7}`,
    data: { n },
    metadata: null,
  });
  if (n % 3 === 0) {
    const ids = [`e${n}`, `e${n}-1`, `e${n}-2`];
    await store.storeBatch(ids.map(event));
    process.stdout.write(`${ids.join("\n")}\n`);
  } else {
    await store.store(event(`e${n}`));
    process.stdout.write(`e${n}\n`);
  }
}
