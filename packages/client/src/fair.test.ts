// Tabs that write at the same time take turns: no write waits until a busy tab has ended.

import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { collection, openClient } from "./index.ts";
import { openIndexedDbStore } from "./store/indexeddb/index.ts";
import type { LocalStore } from "./store/port.ts";
import type { Transport } from "./transport/port.ts";

const OFFLINE: Transport = {
  sync: () => Promise.reject(new Error("There is no network.")),
  pull: () => Promise.reject(new Error("There is no network.")),
  stream: () => {
    throw new Error("There is no network.");
  },
  close: async () => undefined,
};

const openTab = async (store: LocalStore) =>
  await openClient({
    app: "app",
    store,
    collections: { notes: collection<{ text: string }>() },
    transport: OFFLINE,
    autoSync: false,
  });

const BUSY = 1_000;

it("a tab that inserts 1,000 does not keep another's writes waiting", async () => {
  const stores = [1, 2].map(() => openIndexedDbStore({ name: "fair" }));
  const [busy, other] = await Promise.all(stores.map(async (store) => openTab(await store)));
  if (busy === undefined || other === undefined) throw new Error("Two were opened.");
  let done = 0;
  const working = (async () => {
    for (; done < BUSY; done++) await busy.collections.notes.insert({ text: `${done}` }).local;
  })();
  for (let i = 1; i <= 3; i++) {
    while (done < i * 10) await new Promise((resolve) => setTimeout(resolve));
    await other.collections.notes.insert({ text: "mine" }).local;
    expect(done).toBeLessThan(BUSY);
  }
  await working;
  await other.close();
  await busy.close();
  await using store = await openIndexedDbStore({ name: "fair" });
  expect(await store.outbox("~")).toHaveLength(BUSY + 3);
});
