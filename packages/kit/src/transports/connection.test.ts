// The status of a live connection, and subscriptions to a part of the events.

import { expect, it } from "vitest";
import { type KitEnvironment, systemEnvironment } from "../environment.ts";
import type { ConnectionStatus, Transport } from "../ports.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { observeStore } from "../stores/observed.ts";
import { createSyncManager } from "../sync/sync-manager.ts";
import { makeEvent } from "../testing/events.ts";
import { createMemoryTransport } from "./memory.ts";
import { selectEvents } from "./select-events.ts";

const PATIENCE = { timeout: 60_000, interval: 5 };
/** Waits are as short as they can be; the time is what a test says. */
function quick(now: () => number): KitEnvironment {
  const { setTimer } = systemEnvironment();
  return { now, random: () => 0, setTimer: (run) => setTimer(run, 1) };
}

it("is told with the attempts since the peer was heard of last", async () => {
  const remote = observeStore(createMemoryStore());
  let ms = 1_000;
  const environment = quick(() => ms);
  let away = false;
  const peer = {
    ...remote,
    load: (...given: Parameters<typeof remote.load>) => {
      if (away) throw new Error("away");
      return remote.load(...given);
    },
  };
  const transport = createMemoryTransport({ store: peer, peer: "shop", environment });
  const told: ConnectionStatus[] = [];
  await transport.subscribe(() => undefined, { statusChanged: (one) => void told.push(one) });
  await expect.poll(() => told.length, PATIENCE).toBe(1);
  away = true;
  await expect.poll(() => told.length, PATIENCE).toBeGreaterThanOrEqual(4);
  ms = 5_000;
  away = false;
  await expect.poll(() => told.at(-1)?.connected, PATIENCE).toBe(true);
  const [first, second, third] = told;
  expect(first).toEqual({
    connected: true,
    lastConnected: new Date(1_000),
    attempts: 0,
    error: null,
  });
  expect(second).toMatchObject({
    ...{ connected: false, lastConnected: new Date(1_000), attempts: 1 },
    error: { code: "internal" },
  });
  expect(third).toMatchObject({ connected: false, attempts: 2 });
  expect(told.at(-1)).toMatchObject({ lastConnected: new Date(5_000), attempts: 0, error: null });
  await transport.close();
});

it("is known of a live automatic sync, also before it could listen, and after it was stopped", async () => {
  const remote = observeStore(createMemoryStore());
  const inner = createMemoryTransport({ store: remote, peer: "shop" });
  let away = true;
  const transport: Transport = {
    ...inner,
    latestVersion: (given) =>
      away ? Promise.reject(new Error("away")) : inner.latestVersion(given),
  };
  const told: boolean[] = [];
  const manager = createSyncManager({
    store: createMemoryStore(),
    transport,
    intervalMs: 1,
    hooks: {
      onConnection({ connected }) {
        told.push(connected);
        throw new Error("breaks nothing");
      },
    },
  });
  const unknown = { connected: false, lastConnected: null, attempts: 0, error: null };
  expect(manager.connectionStatus()).toEqual(unknown);
  await manager.startAutoSync({ live: true });
  await expect.poll(() => manager.connectionStatus().attempts, PATIENCE).toBeGreaterThan(1);
  expect(manager.connectionStatus()).toMatchObject({
    connected: false,
    error: { code: "internal" },
  });
  away = false;
  await expect.poll(() => manager.connectionStatus().connected, PATIENCE).toBe(true);
  expect(manager.connectionStatus()).toMatchObject({ attempts: 0, error: null });
  await manager.stopAutoSync();
  expect(manager.connectionStatus()).toMatchObject({ connected: false, attempts: 0 });
  expect(manager.connectionStatus().lastConnected).toBeInstanceOf(Date);
  expect(told).toContain(false);
  expect(told.at(-1)).toBe(true);
  await manager.close();
});

it("hands on one aggregate, one type, or both", async () => {
  const remote = observeStore(createMemoryStore());
  const transport = createMemoryTransport({ store: remote, peer: "shop" });
  const seen: { [name: string]: string[] } = { aggregate: [], type: [], both: [] };
  const selections = {
    aggregate: { aggregateId: "order-1" },
    type: { type: "Paid" },
    both: { aggregateId: "order-1", type: "Paid" },
  };
  let pages = 0;
  for (const [name, selection] of Object.entries(selections))
    await transport.subscribe(
      selectEvents(selection, ({ events }) => {
        pages += 1;
        seen[name]?.push(...events.map(({ event }) => event.id));
      }),
    );
  await remote.storeBatch([
    makeEvent("a", { aggregateId: "order-1", type: "Placed" }),
    makeEvent("b", { aggregateId: "order-2", type: "Paid" }),
    makeEvent("c", { aggregateId: "order-1", type: "Paid" }),
  ]);
  await remote.store(makeEvent("d", { aggregateId: "order-3", type: "Placed" }));
  await remote.store(makeEvent("e", { aggregateId: "order-1", type: "Paid" }));
  const all = { aggregate: ["a", "c", "e"], type: ["b", "c", "e"], both: ["c", "e"] };
  await expect.poll(() => seen, PATIENCE).toEqual(all);
  expect(pages).toBeLessThanOrEqual(8);
  await transport.close();
});
