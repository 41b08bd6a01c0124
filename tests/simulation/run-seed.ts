// One run of the simulation: chaos, healing, checks. The same seed gives the same run.

import { openSqliteStore as openLocalSqlite } from "@syncline/client/sqlite";
import { createWorld, type World } from "@syncline/client/testing";
import { isSynclineError } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { createMemoryStore, openSqliteStore } from "@syncline/server";
import { checkEnd, checkUserOrder, checkViews } from "./checks.ts";
import { createJournal } from "./journal.ts";
import { NO_BUG, type PlantedBug } from "./planted-bug.ts";
import {
  COLLECTIONS,
  type Collections,
  type Deeds,
  type Device,
  FAULTS,
  GUEST,
  newDeeds,
  OPS,
  RIGHTS,
} from "./workload.ts";

export interface SeedResult {
  readonly seed: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
  readonly traceHash: string;
  readonly trace: readonly string[];
  /** How often each operation and fault happened. */
  readonly fired: ReadonlyMap<string, number>;
  readonly acknowledged: number;
}

const STEPS = 45;
/** Every so-manieth seed runs on SQLite, on the devices and on the server. */
const SQLITE_EVERY = 10;

export async function runSeed(seed: number, bug: PlantedBug = NO_BUG): Promise<SeedResult> {
  const random = createSeededRandom(`simulation ${seed}`);
  const sqlite = seed % SQLITE_EVERY === 0 && bug === NO_BUG;
  const store = sqlite ? await openSqliteStore({ path: ":memory:" }) : createMemoryStore();
  let world: World<Collections> | undefined;
  const tools = { sleep: (ms: number) => world?.time.sleep(ms) ?? Promise.resolve() };
  const journal = createJournal(() => world?.server.now() ?? Number.POSITIVE_INFINITY);
  const deeds = newDeeds((tag) =>
    journal.entries.some(({ collection, fields }) => {
      return collection === "events" && fields?.["tag"] === tag;
    }),
  );
  // Some devices have several tabs, and some worlds have no live connections: both in all mixtures.
  const tabbed = random.chance(0.5) && !sqlite ? 1 + random.below(2) : 0;
  const tabs = 2 + random.below(2);
  // What came later has chances of its own, so that the seeds before it go on as they were.
  const later = createSeededRandom(`simulation ${seed} later`);
  const shared = later.chance(0.4);
  world = await createWorld<Collections>({
    seed: `simulation ${seed}`,
    clients: 2 + random.below(3),
    tabsOf: (device) => (device > 0 && device <= tabbed ? tabs : 1),
    live: random.chance(0.7),
    ...(shared
      ? { space: "team", userOf: (device: number) => (device % 2 === 1 ? GUEST : "world") }
      : {}),
    collections: COLLECTIONS,
    pollMs: 5_000,
    ...(sqlite ? { openStore: () => openLocalSqlite({ path: ":memory:" }) } : {}),
    server: {
      store: journal.wrap(store),
      pageRecords: 2 + random.below(20),
      ...bug.server?.(tools),
    },
    ...bug.client?.(tools),
    onEvent(device, event) {
      if (event.type === "parked") deeds.refuse(event.entry.mutation.changes);
      if (event.type === "digest_mismatch") {
        deeds.violations.push(
          `S1: device ${device} differs from the server in ${event.collections.join(", ")}`,
        );
      }
    },
  });
  const problems: string[] = [];
  try {
    await chaos(world, deeds, { random, later, extra: shared ? RIGHTS : {} });
    // A reader gets everything, whatever it has tried to write.
    if (shared) await world.server.setRole(GUEST, later.pick(["reader", "writer"]));
    await world.heal();
    await world.converged();
    await settleInboxes(world);
    await world.converged();
    await checkViews(world, deeds);
    problems.push(...(await checkEnd(world, journal.entries, deeds)), ...journal.violations);
    if (shared) await world.server.setRole(GUEST, "writer");
    if (problems.length === 0) problems.push(...(await checkUserOrder(world)));
    await world.close();
  } catch (thrown) {
    problems.push(...deeds.violations, ...journal.violations);
    problems.push(
      `V1: ${isSynclineError(thrown) ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    );
  }
  return {
    seed,
    problems,
    traceHash: world.traceHash(),
    trace: world.trace,
    fired: deeds.fired,
    acknowledged: deeds.acknowledged,
  };
}

type Random = ReturnType<typeof createSeededRandom>;

interface Chances {
  readonly random: Random;
  readonly later: Random;
  /** Faults that only this world has. */
  readonly extra: typeof RIGHTS;
}

async function chaos(
  world: World<Collections>,
  deeds: Deeds,
  { random, later, extra }: Chances,
): Promise<void> {
  // Swarm testing: each run leaves some kinds of trouble and of work out, so that others come in longer rows.
  const ops = Object.entries(OPS).filter(() => random.chance(0.8));
  const faults = Object.entries(FAULTS).filter(() => random.chance(0.4));
  for (let step = 0; step < STEPS; step++) {
    const device = world.clients[random.below(world.clients.length)];
    if (device === undefined) return;
    const more = Object.entries(extra);
    const fault = more[later.below(more.length)];
    if (fault !== undefined && later.chance(0.1)) {
      count(deeds, fault[0]);
      await fault[1](world, device, later);
    }
    if (random.chance(0.2)) {
      const fault = faults[random.below(faults.length)];
      if (fault !== undefined) {
        count(deeds, fault[0]);
        world.note(`fault ${fault[0]}`);
        await fault[1](world, device, random);
      }
    } else if (device.up && !device.frozen && device !== world.clients[0]) {
      // The first device only looks on.
      const op = ops[random.below(ops.length)];
      if (op !== undefined) await perform(world, device, op, random, deeds);
    } else if (!device.up && random.chance(0.5)) {
      await device.reopen();
    }
    if (device.frozen && random.chance(0.3)) device.thaw();
    if (!world.server.up() && random.chance(0.3)) await world.server.restart();
    if (random.chance(0.1)) {
      world.faults({ dropRequest: 0, dropResponse: 0, duplicate: 0, cutStream: 0, maxDelayMs: 20 });
    }
    await world.advance(random.below(random.chance(0.1) ? 60_000 : 1_500));
    if (step % 5 === 0) await checkViews(world, deeds);
  }
}

async function perform(
  world: World<Collections>,
  device: Device,
  [name, op]: readonly [string, (typeof OPS)[string]],
  random: Random,
  deeds: Deeds,
): Promise<void> {
  count(deeds, name);
  world.note(`${device.name} ${name}`);
  const done = op(device, random, deeds).catch((thrown: unknown) => {
    // A full store or a closed client refuses a write, and says so: the user knows.
    const expected = ["storage_full", "closed", "not_found", "conflict"] as const;
    if (!expected.some((code) => isSynclineError(thrown, code))) throw thrown;
  });
  // A device that crashes in the middle never answers.
  await Promise.race([done, world.time.sleep(200).then(() => undefined), stepped(world)]);
}

async function stepped(world: World<Collections>): Promise<void> {
  await world.advance(100);
}

async function settleInboxes(world: World<Collections>): Promise<void> {
  for (const { client } of world.clients) {
    for (const entry of client.inbox.getSnapshot()) await client.inbox.discard(entry.id);
  }
}

function count(deeds: Deeds, name: string): void {
  deeds.fired.set(name, (deeds.fired.get(name) ?? 0) + 1);
}
