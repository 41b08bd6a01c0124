// Five nodes in a ring and in a star, over ways that lose, double and reorder: they converge, and what their clocks say of
// any two writes is what really was.

import { createSeededRandom } from "@syncline/core/testing";
import { describe, expect, it } from "vitest";
import type { KitEnvironment } from "../environment.ts";
import { readCausality, relationOf } from "../event/causality.ts";
import type { Conflict, ConflictResolver, Event } from "../ports.ts";
import { effectiveEvents, fieldMerge, lastWriteWins } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { observeStore } from "../stores/observed.ts";
import { openVersionedStore, type VersionedStore } from "../stores/versioned.ts";
import { allOf, idsOf, makeEvent } from "../testing/events.ts";
import { createFaultyTransport, type FaultyTransport } from "../testing/faulty-transport.ts";
import { createMemoryTransport } from "../transports/memory.ts";
import { createSyncManager, type SyncManager } from "./sync-manager.ts";

const NODES = 5;
const AGGREGATES = ["x", "y"] as const;
const SHAPES = {
  ring: Array.from({ length: NODES }, (_, i) => [i, (i + 1) % NODES] as const),
  // The first one is in the middle.
  star: Array.from({ length: NODES - 1 }, (_, i) => [i + 1, 0] as const),
};

interface World {
  readonly stores: readonly VersionedStore[];
  readonly managers: readonly SyncManager[];
  readonly ways: readonly FaultyTransport[];
  /** For each write, what its node had when it wrote. */
  readonly known: ReadonlyMap<string, ReadonlySet<string>>;
  readonly seen: readonly Conflict[];
  write(node: number): Promise<void>;
}

async function createWorld(
  shape: keyof typeof SHAPES,
  seed: number,
  resolver: ConflictResolver,
): Promise<World> {
  const random = createSeededRandom(`${shape} ${seed}`);
  let now = Date.UTC(2026, 10, 20);
  // Waits are over at once; what ends a call that hangs never has to.
  const environment: KitEnvironment = {
    now: () => ++now,
    random: () => random.next(),
    setTimer(run, ms) {
      if (ms < 10_000) queueMicrotask(run);
      return () => undefined;
    },
  };
  const logs = Array.from({ length: NODES }, () => observeStore(createMemoryStore()));
  const stores = await Promise.all(
    logs.map((store, i) => openVersionedStore({ store, nodeId: `n${i}`, environment })),
  );
  const known = new Map<string, ReadonlySet<string>>();
  const seen: Conflict[] = [];
  const ways: FaultyTransport[] = [];
  const managers = SHAPES[shape].flatMap(([from, to]) => {
    const [store, log] = [stores[from], logs[to]];
    if (store === undefined || log === undefined) return [];
    const transport = createMemoryTransport({ store: log, peer: `n${to}`, environment });
    const way = createFaultyTransport(transport, { random: () => random.next(), rate: 0.2 });
    ways.push(way);
    const hooks = { onConflict: (conflict: Conflict) => void seen.push(conflict) };
    const sizes = { batchSize: 3, pageSize: 4 };
    return [createSyncManager({ store, transport: way, resolver, hooks, environment, ...sizes })];
  });
  let writes = 0;
  return {
    stores,
    managers,
    ways,
    known,
    seen,
    async write(node) {
      const store = stores[node];
      if (store === undefined) return;
      const id = `w${++writes}`;
      known.set(id, new Set(await idsOf(store)));
      const field = random.pick(["a", "b", "c"]);
      const data = { [field]: random.below(5) };
      await store.store(makeEvent(id, { aggregateId: random.pick(AGGREGATES), data }));
    },
  };
}

async function live(world: World, seed: number): Promise<void> {
  const random = createSeededRandom(`life ${seed}`);
  for (let step = 0; step < 60; step++) {
    if (random.chance(0.4)) await world.write(random.below(NODES));
    else await world.managers[random.below(world.managers.length)]?.sync();
  }
  for (const way of world.ways) way.heal();
  // Far enough for everything to go around, and for what merging adds.
  for (let round = 0; round < 4 * NODES; round++) {
    for (const manager of world.managers) expect((await manager.sync()).errors).toEqual([]);
  }
}

/** Whether a write really knew of another one, by itself or by what it was merged of. */
function truth(known: World["known"], a: string, b: string): "before" | "after" | "concurrent" {
  if (known.get(b)?.has(a) === true) return "before";
  return known.get(a)?.has(b) === true ? "after" : "concurrent";
}

const RUNS = (["ring", "star"] as const).flatMap((shape) =>
  [1, 2, 3, 4, 5].map((seed) => [shape, seed] as const),
);

/** Keeps everything, and adds nothing: what is concurrent stays so. */
const keepBoth: ConflictResolver = {
  name: "keep_both",
  resolve: ({ local, remote }) => ({
    decision: "noop",
    events: [local.event, remote.event],
    reasons: [],
  }),
};

describe.each(RUNS)("%s of five nodes, seed %i", (shape, seed) => {
  it("converges, and clocks say what really was: of every two writes, and of every conflict", async () => {
    const world = await createWorld(shape, seed, keepBoth);
    await live(world, seed);
    const logs = await Promise.all(world.stores.map((store) => allOf(store)));
    const events = logs[0]?.map(({ event }) => event) ?? [];
    expect(events.length).toBe(world.known.size);
    for (const log of logs)
      expect(log.map(({ event }) => event).sort(byId)).toEqual(events.toSorted(byId));
    let concurrent = 0;
    for (const a of events) {
      for (const b of events) {
        if (a.id === b.id) continue;
        const relation = relationOf(readCausality(a), readCausality(b));
        expect(relation, `${a.id} ${b.id}`).toBe(truth(world.known, a.id, b.id));
        if (relation === "concurrent") concurrent++;
      }
    }
    expect(concurrent).toBeGreaterThan(0);
    expect(world.seen.length).toBeGreaterThan(0);
    for (const { local, remote } of world.seen)
      expect(truth(world.known, local.event.id, remote.event.id)).toBe("concurrent");
    for (const aggregate of AGGREGATES) {
      const own = events.filter(({ aggregateId }) => aggregateId === aggregate);
      const heads = own.filter((a) =>
        own.every((b) => a === b || truth(world.known, a.id, b.id) !== "before"),
      );
      for (const store of world.stores) {
        const found = (await store.heads(aggregate)).map(({ event }) => event.id);
        expect(found.sort()).toEqual(heads.map(({ id }) => id).sort());
      }
    }
    expect(world.ways.every(({ faults }) => faults > 0)).toBe(true);
  });

  it("comes to one state by merging, and by the last write, on every node", async () => {
    const world = await createWorld(shape, seed, fieldMerge);
    await live(world, seed);
    const logs = await Promise.all(world.stores.map((store) => idsOf(store)));
    for (const log of logs) expect(log.toSorted()).toEqual(logs[0]?.toSorted());
    for (const aggregate of AGGREGATES) {
      const states = await Promise.all(
        world.stores.map(async (store) => {
          const heads = await store.heads(aggregate);
          const counted = await effectiveEvents(
            store.loadByAggregate(aggregate, null),
            lastWriteWins,
          );
          return { heads: heads.map(({ event }) => event).sort(byId), counted };
        }),
      );
      for (const state of states) {
        expect(state).toEqual(states[0]);
        expect(state.heads).toHaveLength(1);
      }
    }
  });
});

function byId(a: Event, b: Event): number {
  return a.id < b.id ? -1 : 1;
}
