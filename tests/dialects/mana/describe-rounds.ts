// Three clients that apply whatever they receive, one that merges by times, and one of ours edit the same records: all
// end with the same.

import { collection, openClient, openMemoryStore } from "@syncline/client";
import { createSeededRandom } from "@syncline/core/testing";
import { IDBKeyRange, indexedDB } from "fake-indexeddb";
import { afterAll, expect, test, vi } from "vitest";
import { onBothStores } from "../stores.ts";
import { type ManaServer, startMana } from "./fixture.ts";
import { type LocalStore, openLocalStore } from "./local-store.ts";
import { createWebClient } from "./web-client.ts";

interface Task {
  readonly [name: string]: string | number | boolean | null;
}

interface Device {
  edit(id: string, field: string, value: string): Promise<void>;
  remove(id: string): Promise<void>;
  make(id: string): Promise<void>;
  /** The records that are there, by id, without what each client keeps for itself. */
  state(): Promise<Map<string, { readonly [name: string]: unknown }>>;
  pending(): Promise<number>;
  online(): void;
  offline(): Promise<void>;
  close(): Promise<void>;
}

const RECORDS = 500;
const EDITS = 30;
/** As good as never. */
const NEVER_MS = 600_000;
const FIELDS = ["title", "note", "due"];
const SEED = Number(process.env["SYNCLINE_SEED"] ?? 20_261_121);

const opened: Device[] = [];
let server: ManaServer;

async function mana(name: string, aheadMs: number): Promise<Device> {
  const store: LocalStore = await openLocalStore({
    indexedDB,
    IDBKeyRange,
    name: `${name}-${server.url}`,
    app: "todo",
    url: server.url,
    token: await server.token("anna"),
    clientId: name,
    collections: ["tasks", "lists"],
    pushDebounceMs: 20,
    pullIntervalMs: 150,
    aheadMs,
  });
  const device: Device = {
    edit: (id, field, value) => store.update("tasks", id, { [field]: value }),
    remove: (id) => store.delete("tasks", id),
    make: (id) => store.insert("tasks", id, { title: "", note: "", due: "" }),
    async state() {
      const alive = (await store.all("tasks")).filter(({ deletedAt }) => !deletedAt);
      return new Map(alive.map((record) => [record.id, shown(record)]));
    },
    pending: store.pendingCount,
    online: store.startSync,
    offline: store.stopSync,
    close: store.close,
  };
  opened.push(device);
  return device;
}

async function web(name: string): Promise<Device> {
  const client = createWebClient({
    app: "todo",
    url: server.url,
    token: await server.token("anna"),
    clientId: name,
    collections: ["tasks", "lists"],
  });
  let interval: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const sync = () => {
    running = running.then(client.push).then(client.pull, () => undefined);
  };
  const stop = async () => {
    clearInterval(interval);
    await running;
  };
  const device: Device = {
    edit: async (id, field, value) => client.update("tasks", id, { [field]: value }),
    remove: async (id) => client.delete("tasks", id),
    make: async (id) => client.insert("tasks", id, { title: "", note: "", due: "" }),
    state: async () => new Map([...client.all("tasks")].map(([id, record]) => [id, shown(record)])),
    pending: async () => client.pendingCount(),
    online() {
      sync();
      interval = setInterval(sync, 150);
    },
    offline: stop,
    close: stop,
  };
  opened.push(device);
  return device;
}

async function native(): Promise<Device> {
  let interval: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const client = await openClient({
    url: server.url,
    app: "todo",
    token: () => server.token("anna"),
    store: await openMemoryStore(),
    collections: { tasks: collection<Task>() },
    autoSync: false,
  });
  const { tasks } = client.collections;
  const device: Device = {
    async edit(id, field, value) {
      await tasks.update(id, { [field]: value }).local;
    },
    async remove(id) {
      await tasks.delete(id).local;
    },
    async make(id) {
      await tasks.insert({ id, title: "", note: "", due: "" }).local;
    },
    async state() {
      const rows = await tasks.query({});
      return new Map(rows.map((row) => [row.id, shown(row)]));
    },
    pending: async () => client.outbox.getSnapshot().length,
    online() {
      interval = setInterval(() => {
        running = client.sync().catch(() => undefined); // tried again with the next tick
      }, 100);
    },
    async offline() {
      clearInterval(interval);
      await running;
    },
    async close() {
      clearInterval(interval);
      await running;
      await client.close();
    },
  };
  opened.push(device);
  return device;
}

function shown(record: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(FIELDS.map((name) => [name, record[name]]));
}

/** What differs between devices, in few words. */
async function differences(devices: readonly Device[]): Promise<string[]> {
  const [first, ...others] = await Promise.all(devices.map((device) => device.state()));
  const found: string[] = [];
  for (const [index, other] of others.entries()) {
    const ids = new Set([...(first?.keys() ?? []), ...other.keys()]);
    for (const id of ids) {
      const [a, b] = [JSON.stringify(first?.get(id)), JSON.stringify(other.get(id))];
      if (a !== b) found.push(`${id}: device 0 has ${a}, device ${index + 1} ${b}`);
    }
  }
  const pending = await Promise.all(devices.map((device) => device.pending()));
  if (pending.some((count) => count > 0)) found.push(`pending: ${pending}`);
  return found.slice(0, 5);
}

/** So many rounds on each store: a few in every run, many in the long part. */
export function describeRounds(rounds: number): void {
  onBothStores("convergence", (open) => {
    afterAll(async () => {
      for (const device of opened.splice(0)) await device.close();
      await server.close();
    });

    test(`[DM3] ${rounds} rounds offline and online again, clocks up to a minute off, seed ${SEED}`, async () => {
      server = await startMana(open);
      const random = createSeededRandom(SEED);
      const devices: [Device, ...Device[]] = [
        await mana("a", 0),
        await mana("b", -60_000),
        await mana("c", 800),
        await native(),
        await web("d"),
      ];
      for (let i = 0; i < RECORDS; i++) await devices[i % 5]?.make(`k${i}`);
      for (const device of devices) device.online();
      await vi.waitFor(async () => expect(await differences(devices)).toEqual([]), {
        timeout: NEVER_MS,
        interval: 100,
      });
      for (let round = 0; round < rounds; round++) {
        for (const device of devices) await device.offline();
        // Few records, so that nearly everything collides.
        const ids = Array.from({ length: 20 }, () => `k${random.below(RECORDS)}`);
        const write = async (device: Device, number: number) => {
          const id = ids[random.below(ids.length)] ?? "k0";
          if (!(await device.state()).has(id)) return;
          if (random.chance(1 / 40)) await device.remove(id);
          else
            await device.edit(
              id,
              FIELDS[random.below(FIELDS.length)] ?? "",
              `${round}.${number}.${devices.indexOf(device)}`,
            );
        };
        for (let number = 0; number < EDITS; number++) await write(random.pick(devices), number);
        for (const device of devices) {
          device.online();
          // And while the others come back, they go on writing.
          for (let number = 0; number < 3; number++) await write(device, EDITS + number);
        }
        await vi.waitFor(async () => expect(await differences(devices)).toEqual([]), {
          timeout: NEVER_MS,
          interval: 100,
        });
      }
    });
  });
}
