// One run with a restore in it: chaos, a backup, more chaos, the server set back to it, and what must hold then.

import { createWorld, type World } from "@syncline/client/testing";
import { type Fields, recordKeyToText, type WireRecord, wireToRecord } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { createMemoryStore, type DevicesAfterRestore } from "@syncline/server";
import { rowsOf } from "./checks.ts";
import { NO_BUG, type PlantedBug } from "./planted-bug.ts";
import { COLLECTIONS, type Collections, FAULTS, newDeeds, OPS } from "./workload.ts";

const STEPS = 24;
/** Faults that leave devices on the data that they have. */
const TROUBLE = [
  "partition",
  "loseMessages",
  "delay",
  "crashDevice",
  "crashDeviceInStep",
  "dropSocket",
] as const;
/** Every answer that is on its way has arrived, or is lost. */
const SETTLE_MS = 12_000;

export interface RestoreResult {
  readonly problems: readonly string[];
  readonly devices: DevicesAfterRestore;
  /** How many records devices held that the backup did not have. */
  readonly lost: number;
}

export async function runRestoreSeed(
  seed: number,
  bug: PlantedBug = NO_BUG,
): Promise<RestoreResult> {
  const random = createSeededRandom(`restore ${seed}`);
  const store = createMemoryStore();
  const devices = random.pick(["offer", "discard"] as const);
  const deeds = newDeeds(() => true);
  let world: World<Collections> | undefined;
  const tools = { sleep: (ms: number) => world?.time.sleep(ms) ?? Promise.resolve() };
  world = await createWorld<Collections>({
    seed: `restore ${seed}`,
    clients: 2 + random.below(2),
    live: random.chance(0.7),
    collections: COLLECTIONS,
    pollMs: 5_000,
    server: { store, pageRecords: 2 + random.below(20) },
    ...bug.client?.(tools),
  });
  const problems: string[] = [];
  let lost = 0;
  try {
    const at = random.below(STEPS - 6);
    let backup = store.copy();
    for (let step = 0; step < STEPS; step++) {
      if (step === at) backup = store.copy();
      await one(world, random, deeds, true);
    }
    world.server.crash();
    await world.advance(SETTLE_MS);
    const upTo = (await backup.head(world.server.space))?.stamp ?? 0;
    // A space that no backup knows is a new one: see docs/guide/restore.md.
    if (upTo === 0) return { problems, devices, lost };
    const held = await heldBy(world);
    const touched = await touchedIn(world);
    lost = [...held.values()].flat().filter(({ stamp }) => stamp > upTo).length;
    const before = backup.copy();
    await world.server.restore(backup, devices);
    for (let step = 0; step < 6; step++) await one(world, random, deeds, false);
    await world.heal();
    await world.converged();
    const views = await Promise.all(world.clients.map(rowsOf));
    if (new Set(views).size > 1) problems.push("R1: devices differ after the restore");
    for (const problem of await world.server.store().check())
      problems.push(`R5: ${problem.message}`);
    const parked = await parkedIn(world);
    for (const [key, records] of held) {
      if (touched.has(key)) continue;
      const [sample] = records;
      if (sample === undefined) continue;
      const { space } = world.server;
      const now = await world.server.store().record(space, sample);
      if (devices === "discard") {
        const then = await before.record(space, sample);
        if (fieldsText(now) !== fieldsText(then))
          problems.push(`R4: ${key} is not as in the backup`);
      } else {
        problems.push(...checkOffered({ key, records, now, upTo, parked: parked.has(key) }));
      }
    }
    await world.close();
  } catch (thrown) {
    problems.push(`R9: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`);
  }
  return { problems, devices, lost };
}

interface Offered {
  readonly key: string;
  /** What the devices held of it. */
  readonly records: readonly WireRecord[];
  readonly now: { readonly deleted: boolean; readonly fields: Fields } | undefined;
  readonly upTo: number;
  readonly parked: boolean;
}

/** What a device held of it is there again, or in an inbox; and what was deleted on one stays deleted. */
function checkOffered({ key, records, now, upTo, parked }: Offered): string[] {
  if (!records.some(({ stamp }) => stamp > upTo)) return [];
  const latest = records.reduce((a, b) => (b.stamp > a.stamp ? b : a));
  const there = now !== undefined && !now.deleted;
  const collection = key.slice(0, key.indexOf("/"));
  if (parked && collection !== "items" && collection !== "events") return [];
  if (latest.deleted === true) return there ? [`R3: ${key} was deleted, and came back`] : [];
  if (!there) return [`R2: ${key} was held by a device, and is gone`];
  // Two versions are put to the app's own rule, which may take the server's.
  if (collection === "notes") return [];
  const wanted = wireToRecord(latest).fields;
  return Object.entries(wanted)
    .filter(([name, value]) => JSON.stringify(now.fields[name]) !== JSON.stringify(value))
    .map(([name]) => `R2: ${name} of ${key} was lost`);
}

async function one(
  world: World<Collections>,
  random: ReturnType<typeof createSeededRandom>,
  deeds: ReturnType<typeof newDeeds>,
  writes: boolean,
): Promise<void> {
  const device = world.clients[random.below(world.clients.length)];
  if (device === undefined) return;
  if (random.chance(0.25)) {
    await FAULTS[random.pick(TROUBLE)]?.(world, device, random);
  } else if (!device.up) {
    await device.reopen();
  } else if (writes) {
    const ops = Object.values(OPS);
    const done = ops[random.below(ops.length)]?.(device, random, deeds).catch(() => undefined); // what is refused is told elsewhere
    await Promise.race([done, world.time.sleep(200).then(() => undefined), world.advance(100)]);
  }
  if (random.chance(0.2)) world.faults({ dropRequest: 0, dropResponse: 0, maxDelayMs: 20 });
  await world.advance(random.below(3_000));
}

/** What devices hold of the server's records, by key. */
async function heldBy(world: World<Collections>): Promise<Map<string, WireRecord[]>> {
  const held = new Map<string, WireRecord[]>();
  for (const { store } of world.clients) {
    for (const record of await store.newerThan("~", 0)) {
      const key = recordKeyToText(record);
      held.set(key, [...(held.get(key) ?? []), record]);
    }
  }
  return held;
}

/** Records that pending writes are about: those go on after the restore. */
async function touchedIn(world: World<Collections>): Promise<Set<string>> {
  const touched = new Set<string>();
  for (const { store } of world.clients)
    for (const { mutation } of await store.outbox("~"))
      for (const change of mutation.changes) touched.add(recordKeyToText(change));
  return touched;
}

async function parkedIn(world: World<Collections>): Promise<Set<string>> {
  const parked = new Set<string>();
  for (const { store } of world.clients)
    for (const { mutation } of await store.inbox("~"))
      for (const change of mutation.changes) parked.add(recordKeyToText(change));
  return parked;
}

function fieldsText(
  record: { readonly deleted: boolean; readonly fields: Fields } | undefined,
): string {
  return record === undefined || record.deleted ? "gone" : JSON.stringify(record.fields);
}
