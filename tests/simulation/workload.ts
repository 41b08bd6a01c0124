// The workload: what the devices' users do. Each seed gets its own mix.

import { collection, openMemoryStore } from "@syncline/client";
import type { World, WorldClient } from "@syncline/client/testing";
import type { Change } from "@syncline/core";
import type { SeededRandom } from "@syncline/core/testing";

export const COLLECTIONS = {
  items: collection<{ title: string; done: boolean; rank: number }>(),
  notes: collection<{ text: string }>({
    policy: "versioned",
    onConflict: ({ id }) => CHOICES[id.charCodeAt(0) % 3] ?? "mine",
  }),
  events: collection<{ tag: string }>({ policy: "log" }),
  counts: collection<{ clicks: number }>({ policy: "counter" }),
};

const CHOICES = ["mine", "theirs", "park"] as const;

export type Collections = typeof COLLECTIONS;
export type Device = WorldClient<Collections>;

/** What the users did, for the checks. */
export interface Deeds {
  /** Tags of log entries that are durable on their device; each was written twice, in one mutation. */
  readonly tags: Map<string, Device>;
  /** Counter steps that were tried; a device that crashes over one does not say whether it is durable. */
  tried: number;
  /** Counter steps that are durable on their device. */
  clicks: number;
  /** Writes whose `synced` promise came true. */
  acknowledged: number;
  refused: number;
  readonly fired: Map<string, number>;
  readonly violations: string[];
  /** Something that was written was refused: nobody has to see it any more. */
  refuse(changes: readonly Change[]): void;
  /** Whether the log entries of a tag are in the server's history now. */
  isCommitted(tag: string): boolean;
}

export function newDeeds(isCommitted: Deeds["isCommitted"]): Deeds {
  const deeds: Deeds = {
    isCommitted,
    refuse(changes) {
      for (const { collection, fields, op } of changes) {
        if (collection === "events") deeds.tags.delete(String(fields?.["tag"]));
        // Steps of a counter that was never made are not seen.
        if (collection === "counts")
          deeds.clicks = op === "put" ? Number.NEGATIVE_INFINITY : deeds.clicks - 1;
      }
    },
    tags: new Map(),
    tried: 0,
    clicks: 0,
    acknowledged: 0,
    refused: 0,
    fired: new Map(),
    violations: [],
  };
  return deeds;
}

type Op = (device: Device, random: SeededRandom, deeds: Deeds) => Promise<void>;

/** Follows a write; refusals are counted, for they go to the inbox and are no loss. */
function follow({ synced }: { readonly synced: Promise<unknown> }, deeds: Deeds): void {
  synced.then(
    () => {
      deeds.acknowledged += 1;
    },
    () => {
      deeds.refused += 1;
    },
  );
}

/** One of a collection's records as the device sees them, or none. */
async function pickId(
  rows: Promise<readonly { readonly id: string }[]>,
  random: SeededRandom,
): Promise<string | undefined> {
  const all = await rows;
  return all[random.below(all.length)]?.id;
}

export const OPS: { readonly [name: string]: Op } = {
  async insertItem({ client }, random, deeds) {
    const write = client.collections.items.insert({
      title: `t${random.below(1_000)}`,
      done: false,
      rank: random.below(9),
    });
    follow(write, deeds);
    await write.local;
    if ((await client.collections.items.get(write.id)) === undefined)
      deeds.violations.push("S7: an insert is not read back");
  },
  async patchItem({ client }, random, deeds) {
    const id = await pickId(client.collections.items.query(), random);
    if (id === undefined) return;
    const title = `p${random.below(1_000_000)}`;
    const write = client.collections.items.update(
      id,
      random.chance(0.5) ? { title } : { title, rank: random.below(9) },
    );
    follow(write, deeds);
    await write.local;
    const row = await client.collections.items.get(id);
    // A delta that came in between may have deleted it; another title in it would be somebody's later one.
    if (row !== undefined && row.title !== title)
      deeds.violations.push(`S7: ${id} says ${row.title}, not ${title}`);
  },
  async deleteItem({ client }, random, deeds) {
    const id = await pickId(client.collections.items.query(), random);
    if (id === undefined) return;
    const write = client.collections.items.delete(id);
    follow(write, deeds);
    await write.local;
    if ((await client.collections.items.get(id)) !== undefined)
      deeds.violations.push("S7: a deleted record is read back");
    if (random.chance(0.4)) {
      const again = random.chance(0.5)
        ? client.collections.items.restore(id)
        : client.collections.items.insert({ id, title: "again", done: true, rank: 0 });
      follow(again, deeds);
      await again.local;
    }
  },
  async insertNote({ client }, random, deeds) {
    const write = client.collections.notes.insert({ text: `n${random.below(1_000)}` });
    follow(write, deeds);
    await write.local;
  },
  async patchNote({ client }, random, deeds) {
    const id = await pickId(client.collections.notes.query(), random);
    if (id === undefined) return;
    const write = client.collections.notes.update(id, { text: `m${random.below(1_000)}` });
    follow(write, deeds);
    await write.local;
  },
  async logPair(device, random, deeds) {
    const { client } = device;
    const tag = `${device.name}-${random.below(2 ** 32).toString(36)}`;
    const write = client.transaction((tx) => {
      tx.events.insert({ tag });
      tx.events.insert({ tag });
    });
    follow(write, deeds);
    write.synced.then(
      () => {
        if (!deeds.isCommitted(tag))
          deeds.violations.push(`S2: ${tag} was acknowledged, and is not in the history`);
      },
      () => undefined, // follow counts it
    );
    await write.local;
    if (device.up) deeds.tags.set(tag, device);
  },
  async click({ client }, _random, deeds) {
    deeds.tried += 1;
    const write =
      (await client.collections.counts.get("all")) === undefined
        ? client.collections.counts.insert({ id: "all", clicks: 1 })
        : client.collections.counts.update("all", { clicks: 1 });
    follow(write, deeds);
    await write.local;
    deeds.clicks += 1;
  },
  async settleInbox({ client }, random, deeds) {
    const [entry] = client.inbox.getSnapshot();
    if (entry === undefined) return;
    if (random.chance(0.5)) await client.inbox.discard(entry.id);
    else {
      try {
        follow(await client.inbox.retry(entry.id), deeds);
      } catch {
        // The record is gone on this device too: there is nothing to retry.
        await client.inbox.discard(entry.id);
      }
    }
  },
};

type Fault = (
  world: World<Collections>,
  device: Device,
  random: SeededRandom,
) => Promise<void> | void;

export const FAULTS: { readonly [name: string]: Fault } = {
  partition: (world, device) => world.partition(device.device),
  loseMessages: (world, _device, random) =>
    world.faults({ dropRequest: random.next() * 0.3, dropResponse: random.next() * 0.3 }),
  doubleMessages: (world) => world.faults({ duplicate: 0.3 }),
  delay: (world, _device, random) => world.faults({ maxDelayMs: 1 + random.below(5_000) }),
  cutStreams: (world) => world.faults({ cutStream: 0.5 }),
  crashDevice: (_world, device) => device.crash(),
  crashDeviceInStep: (_world, device, random) => device.crashAfterSteps(1 + random.below(6)),
  freezeTab: (_world, device) => device.freeze(),
  dropSocket: (_world, device) => device.dropSocket(),
  crashServer: (world) => world.server.crash(),
  crashServerAtCommit: (world, _device, random) =>
    world.server.crashAtCommit(1 + random.below(3), random.chance(0.5) ? "before" : "after"),
  skewDevice: (_world, device, random) =>
    device.skew((random.next() - 0.5) * 2 * random.pick(SKEWS)),
  skewServer: (world, _device, random) => world.server.skew((random.next() - 0.5) * 2 * 60_000),
  async compact(world, _device, random) {
    const head = await world.server.head();
    if (head === undefined) return;
    const horizon = random.chance(0.5) ? head.stamp : head.stamp - random.below(30_000_000);
    await world.server.store().compact(world.server.space, horizon);
  },
  /** A device that has nothing to lose is bought anew: it reads everything from the beginning. */
  async freshDevice(world) {
    const [observer] = world.clients;
    if (observer?.up === true) await observer.reopen(await openMemoryStore());
  },
  fullDevice: (_world, device) => device.full(true),
};

/** The user whose devices are not the owner's, where the world's space is shared. */
export const GUEST = "guest";

/** What happens to rights in a shared space. */
export const RIGHTS: { readonly [name: string]: Fault } = {
  demote: (world) => world.server.setRole(GUEST, "reader"),
  remove: (world) => world.server.setRole(GUEST, null),
  invite: (world) => world.server.setRole(GUEST, "writer"),
};

const SKEWS = [1_000, 3_600_000, 365 * 86_400_000] as const;
