// The browser's store against the promises of its port, in a real browser.

import { afterAll } from "vitest";
import { describeEventStore } from "../conformance.ts";
import { openIndexedDbStore } from "./index.ts";

let count = 0;
afterAll(async () => {
  for (const { name } of await indexedDB.databases())
    if (name?.startsWith("kit ")) indexedDB.deleteDatabase(name);
});

describeEventStore("IndexedDB in a browser", {
  open() {
    count += 1;
    return openIndexedDbStore({ name: `kit ${count}` });
  },
  again: () => openIndexedDbStore({ name: `kit ${count}` }),
});
