// A database that somebody removes while the app is open: told once, nothing unsaved is lost, and the app begins anew.

import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { type ClientEvent, collection, openClient, openMemoryStore, writeAgain } from "./index.ts";
import { openIndexedDbStore } from "./store/indexeddb/index.ts";
import { createWorld } from "./testing/index.ts";
import type { Transport } from "./transport/port.ts";

const OFFLINE: Transport = {
  sync: () => Promise.reject(new Error("There is no network.")),
  pull: () => Promise.reject(new Error("There is no network.")),
  stream: () => {
    throw new Error("There is no network.");
  },
  close: async () => undefined,
};

const NOTES = { notes: collection<{ text: string; stars?: number }>() };

async function openApp(name: string) {
  const events: ClientEvent[] = [];
  const client = await openClient({
    app: "app",
    store: await openIndexedDbStore({ name }),
    collections: NOTES,
    transport: OFFLINE,
    onEvent: (event) => void events.push(event),
  });
  const removed = () =>
    events.flatMap((event) => (event.type === "removed" ? [event.unsynced] : []));
  return { client, removed };
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

it("the app is told once, holds what was not saved, and goes on with another client", async () => {
  const first = await openApp("removed");
  const { notes } = first.client.collections;
  const { id, local, synced } = notes.insert({ text: "a" });
  await local;
  await notes.update(id, { stars: 1 }).local;
  await deleteDatabase("removed");
  await expect.poll(first.removed).toHaveLength(1);
  await expect(synced).rejects.toMatchObject({ code: "storage_unavailable" });
  await expect(notes.insert({ text: "late" }).local).rejects.toMatchObject({
    code: expect.stringMatching(/^(storage_unavailable|closed)$/),
  });
  const [unsynced = []] = first.removed();
  expect(unsynced.map(({ entry }) => entry.mutation.changes[0]?.fields)).toEqual([
    { text: "a" },
    { stars: 1 },
  ]);

  await using again = (await openApp("removed")).client;
  expect(await writeAgain(again, unsynced)).toEqual([]);
  expect(await again.collections.notes.query()).toEqual([{ id, text: "a", stars: 1 }]);
  expect(first.removed()).toHaveLength(1);
});

it("every tab is told, and giving back in both changes nothing", async () => {
  const tabs = [await openApp("tabs"), await openApp("tabs")] as const;
  const { id, local } = tabs[0].client.collections.notes.insert({ text: "a" });
  await local;
  await deleteDatabase("tabs");
  for (const { removed } of tabs) await expect.poll(removed).toHaveLength(1);
  for (const { removed } of tabs) {
    await using again = (await openApp("tabs")).client;
    await writeAgain(again, removed()[0] ?? []);
    expect(await again.collections.notes.query()).toEqual([{ id, text: "a" }]);
  }
});

it("what changes a record that is not there yet waits for the server; what does not fit is given back", async () => {
  const world = await createWorld({ seed: "again", clients: 2, collections: NOTES });
  const [first, second] = world.clients;
  if (first === undefined || second === undefined) throw new Error("Two devices are there.");
  const kept = first.client.collections.notes.insert({ text: "kept" });
  await kept.local;
  await world.converged();
  world.partition(0, 1);
  await first.client.collections.notes.update(kept.id, { stars: 5 }).local;
  const { unsynced } = await first.client.signOut({ unsynced: "export" });
  expect(unsynced).toHaveLength(1);
  const stranger = structuredClone(unsynced);
  for (const { entry } of stranger)
    Object.assign(entry.mutation.changes[0] ?? {}, { id: "nobody" });
  await world.heal();
  const refused = writeAgain(second.client, [...unsynced, ...stranger]);
  await world.advance(60_000);
  expect(await refused).toEqual(stranger);
  expect(await second.client.collections.notes.get(kept.id)).toMatchObject({
    text: "kept",
    stars: 5,
  });
  await expect(writeAgain({}, [])).rejects.toMatchObject({ code: "config", path: "client" });
});

it("a store that nobody can take away says nothing", async () => {
  await using store = await openMemoryStore();
  expect(store.onRemoved).toBeUndefined();
});
