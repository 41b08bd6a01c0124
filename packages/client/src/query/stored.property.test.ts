// Queries that the store answers by its indexes, over what the server has sent and what is pending on the device,
// against a plain filter and sort: asked once and live, in every store, across crashes.

import "fake-indexeddb/auto";
import { createSeededRandom, type SeededRandom } from "@syncline/core/testing";
import { expect, it } from "vitest";
import { collection, openMemoryStore, type Query } from "../index.ts";
import { createWorld, type WorldClient } from "../testing/index.ts";
import { STORES } from "./every-store.ts";
import { plain, type Thing } from "./plain-answer.ts";

const COLLECTIONS = {
  things: collection<Thing>({ indexes: ["a", ["b", "a"], "c", "d.x"] }),
  counts: collection<{ a: number }>({ policy: "counter", indexes: ["a"] }),
};
/** More than a live query keeps behind those that it shows. */
const IDS = Array.from({ length: 120 }, (_, i) => `r${i}`);
const VALUES = [null, false, 0, 1, 2, -1, "", "a", "ab", "b"];
const STEPS = 50;

/** All of them are answered by an index. */
const QUERIES: readonly Query<Thing>[] = [
  { orderBy: "a", limit: 3 },
  { orderBy: "-a", limit: 4, offset: 2 },
  { where: { b: 1 }, orderBy: "a" },
  { where: { b: 1 }, orderBy: "-a", limit: 2 },
  { where: { b: "a", c: { not: null } }, orderBy: "-c", limit: 2 },
  { where: { a: { gte: 0 } }, orderBy: "a", limit: 3 },
  { where: { c: { startsWith: "a", not: { includes: "b" } } } },
  { where: { and: [{ b: 1 }, { or: [{ c: "a" }, { not: { a: { gt: 0 } } }] }] }, orderBy: "a" },
  { where: { "d.x": { gte: 1 } }, orderBy: "-d.x", limit: 3 },
  { where: { and: [{ "d.x": { lt: 2 } }, { "d.x": { gt: -2 } }], c: { isNull: false } } },
  { where: { "d.x": { isNull: true }, not: { a: { isNull: true } } } },
  { orderBy: "a", after: { id: "r50", a: 1 }, limit: 3 },
  { orderBy: "-a", after: { id: "r50", a: "a" }, limit: 3, offset: 1 },
  { where: { b: 1, a: { gte: 0 } }, orderBy: "-a", after: { id: "r7", a: 2 } },
  { where: { b: 1 }, orderBy: "a", after: { id: "r99" }, limit: 2 },
  { where: { id: { in: ["r1", "r2", "r3"] } }, orderBy: "-b" },
];

type Device = WorldClient<typeof COLLECTIONS>;

/** What the device shows, asked one by one: no query has a part in it. */
async function rowsOf({ client }: Device) {
  const rows = await Promise.all(IDS.map((id) => client.collections.things.get(id)));
  return rows.filter((row) => row !== undefined);
}

/** A write that nobody waits for; what it meets there is not its business. */
function write({ client }: Device, random: SeededRandom): void {
  const { things, counts } = client.collections;
  const id = `r${random.below(IDS.length)}`;
  const value = () => VALUES[random.below(VALUES.length)] ?? null;
  const name = random.pick(["a", "b", "c", "d"] as const);
  const fields = { [name]: name === "d" ? random.pick([null, { x: value() }]) : value() };
  const choice = random.next();
  const [first, ...more] =
    choice < 0.5
      ? [things.insert({ id, a: value(), b: 1, ...fields }), things.update(id, fields)]
      : choice < 0.7
        ? [things.update(id, fields)]
        : choice < 0.85
          ? [things.delete(id)]
          : [counts.insert({ id, a: 1 }), counts.update(id, { a: 2 })];
  for (const { local } of [first, ...more]) local.catch(() => undefined);
}

async function compare(device: Device, lives: ReturnType<typeof watch>): Promise<void> {
  const { things, counts } = device.client.collections;
  const rows = await rowsOf(device);
  for (const query of QUERIES) {
    const expected = plain(rows, query);
    expect(await things.query(query)).toEqual(expected.rows);
    expect((await things.explainQuery(query)).from).toBe("store");
    if ("where" in query) expect(await things.count(query)).toBe(expected.count);
    const live = lives.find((one) => one.query === query);
    expect(live?.rows.getSnapshot()).toEqual({ ready: true, rows: expected.rows });
    if (live?.count !== undefined) expect(live.count.getSnapshot()).toBe(expected.count);
  }
  const counted = await counts.query({ orderBy: "-a", limit: 3 });
  for (const row of counted) expect(await counts.get(row.id)).toEqual(row);
}

/** Compares at a moment in which nothing is under way; where the store takes its time, one is waited for. */
async function compareAtRest(device: Device, lives: ReturnType<typeof watch>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await compare(device, lives);
      return;
    } catch (thrown) {
      if (tries === 20) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 5 * tries));
    }
  }
}

function watch({ client }: Device) {
  const { things } = client.collections;
  return QUERIES.map((query) => {
    const rows = things.live(query);
    // What has no conditions is counted in memory.
    const count = "where" in query ? things.liveCount(query) : undefined;
    rows.subscribe(() => undefined);
    count?.subscribe(() => undefined);
    return { query, rows, count };
  });
}

it.each(Object.keys(STORES).flatMap((store) => [1, 2, 3].map((seed) => ({ store, seed }))))(
  "$store, seed $seed",
  async ({ store, seed }) => {
    const random = createSeededRandom(`stored ${seed}`);
    const world = await createWorld({
      seed,
      clients: 2,
      collections: COLLECTIONS,
      pollMs: 2_000,
      openStore: (device) => (STORES[store] ?? openMemoryStore)(`${seed} ${device}`),
    });
    const [mine, other] = world.clients;
    if (mine === undefined || other === undefined) throw new Error("The world has no devices.");
    let lives = watch(mine);
    for (let step = 0; step < STEPS; step++) {
      for (let i = random.below(4); i >= 0; i--) write(random.chance(0.5) ? mine : other, random);
      if (random.chance(0.1)) world.partition(0);
      if (random.chance(0.2)) await world.heal();
      if (random.chance(0.1)) {
        mine.crash();
        await mine.reopen();
        lives = watch(mine);
      }
      if (random.chance(0.5)) await world.advance(random.below(5_000));
      if (random.chance(0.3)) await (store === "indexeddb" ? compareAtRest : compare)(mine, lives);
    }
    await world.heal();
    await world.converged();
    await compare(mine, lives);
    await world.close();
  },
  60_000,
);
