// What an index gives in several pieces: whoever writes or syncs between them does not wait, and nothing is missed,
// shown twice, or shown as it was.

import { expect, it, onTestFinished } from "vitest";
import { collection, type LocalStore, openClient, openMemoryStore } from "../index.ts";
import { createWorld } from "../testing/index.ts";

interface Item {
  readonly n: number;
  readonly on: boolean;
}

const collections = { items: collection<Item>({ indexes: ["n", ["on", "n"]] }) };
/** Several pieces. */
const COUNT = 3_500;
const idOf = (n: number) => `i${String(n).padStart(5, "0")}`;
const ITEMS = Array.from({ length: COUNT }, (_, n) => ({ id: idOf(n), n, on: n % 2 === 0 }));

/** Does something after each piece that was read, before it is given. */
function withBetween(store: LocalStore, between: () => Promise<void>): LocalStore {
  return Object.assign(Object.create(store) as LocalStore, {
    async range(...given: Parameters<LocalStore["range"]>) {
      const found = await store.range(...given);
      if (found !== null && found.length > 0) await between();
      return found;
    },
  });
}

/** A device that is synced, another one that writes to it, and what happens between the pieces. */
async function openPair(seed: string) {
  const happening = {
    pieces: 0,
    between: async (_pieces: number) => {},
    next: () => {
      happening.pieces += 1;
      return happening.between(happening.pieces);
    },
  };
  const world = await createWorld({
    seed,
    clients: 2,
    collections,
    wrapStore: (store, device) =>
      device === 0 ? withBetween(store, () => happening.next()) : store,
  });
  onTestFinished(() => world.close());
  const [here, there] = world.clients.map(({ client }) => client.collections.items);
  if (here === undefined || there === undefined) throw new Error("There are two devices.");
  for (const item of ITEMS) there.insert(item);
  await world.converged();
  return { world, here, there, happening };
}

const moves = (pieces: number) => ({
  // From where nothing is read yet to what is behind, the other way, away, and new in both parts.
  back: { id: idOf(COUNT - 10 * pieces), n: -pieces },
  forth: { id: idOf(10 * pieces), n: COUNT + pieces },
  gone: [idOf(20 * pieces + 1), idOf(COUNT - 20 * pieces - 1)],
  fresh: [
    { id: `a${pieces}`, n: -100 - pieces, on: true },
    { id: `b${pieces}`, n: COUNT + 100 + pieces, on: true },
  ],
});

type Items = Awaited<ReturnType<typeof openPair>>["here"];

async function change(items: Items, pieces: number): Promise<void> {
  const { back, forth, gone, fresh } = moves(pieces);
  const writes = [
    items.update(back.id, { n: back.n }),
    items.update(forth.id, { n: forth.n }),
    ...gone.map((id) => items.delete(id)),
    ...fresh.map((item) => items.insert(item)),
  ];
  await Promise.all(writes.map(({ local }) => local));
}

/** What is there, asked one by one: no query has a part in it. */
async function plainRows(items: Items) {
  const fresh = Array.from({ length: 12 }, (_, pieces) => pieces).flatMap(
    (pieces) => moves(pieces).fresh,
  );
  const rows = await Promise.all([...ITEMS, ...fresh].map(({ id }) => items.get(id)));
  return rows
    .filter((row) => row !== undefined)
    .sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1));
}

it.each(["here", "there"] as const)("changes made %s while a query is read", async (where) => {
  const { world, here, there, happening } = await openPair(where);
  let until = 3;
  happening.between = async (pieces) => {
    if (pieces > until) return;
    await change(where === "here" ? here : there, pieces);
    await world.converged();
  };
  const found = await here.query({ orderBy: "n", where: { n: { gte: -1_000 } } });
  expect(happening.pieces).toBeGreaterThan(3);
  const rows = await plainRows(here);
  expect(found).toEqual(rows);
  expect(found.some(({ n }) => n === -3)).toBe(true);

  until = happening.pieces + 2;
  const even = await here.query({ where: { on: true }, orderBy: "-n", limit: 1_500 });
  const after = await plainRows(here);
  const plain = after.filter(({ on }) => on).sort((a, b) => b.n - a.n || (a.id < b.id ? -1 : 1));
  expect(even).toEqual(plain.slice(0, 1_500));
});

it.each(["here", "there"] as const)("changes made %s while a live query is read", async (where) => {
  const { world, here, there, happening } = await openPair(`live ${where}`);
  happening.between = async (pieces) => {
    if (pieces > 3) return;
    await change(where === "here" ? here : there, pieces);
    await world.converged();
  };
  const live = here.live({ where: { n: { gte: -1_000 } }, orderBy: "n" });
  const count = here.liveCount({ where: { on: true } });
  const told: number[] = [];
  live.subscribe(() => told.push(live.getSnapshot().rows.length));
  count.subscribe(() => undefined);
  await expect.poll(() => live.getSnapshot().ready && happening.pieces > 5).toBe(true);
  await world.converged();
  const rows = await plainRows(here);
  expect(live.getSnapshot().rows).toEqual(rows);
  expect(count.getSnapshot()).toBe(rows.filter(({ on }) => on).length);
  // Nothing is shown before it is right.
  expect(told[0]).toBe(rows.length);
});

it("what another tab changes without a word is not torn apart", async () => {
  const memory = await openMemoryStore("shared");
  const other = memory.tab();
  const page = { space: "~", scope: "", lastMutation: 0, final: true, replace: false };
  const recordOf = ({ id, n, on }: (typeof ITEMS)[number], stamp: number) => ({
    collection: "items",
    id,
    version: 1,
    stamp,
    time: "2026-01-01T00:00:00.000Z-0000-other",
    fields: { n, on },
  });
  await other.apply({
    ...page,
    changes: ITEMS.map((item, i) => recordOf(item, i + 1)),
    cursor: "1",
  });
  let pieces = 0;
  const store = withBetween(memory, async () => {
    pieces += 1;
    if (pieces !== 2) return;
    // From what is not read yet to what is behind.
    const moved = ITEMS.slice(-10).map((item, i) => recordOf({ ...item, n: -i - 1 }, 10_000 + i));
    await other.apply({ ...page, changes: moved, cursor: "2" });
  });
  const offline = () => Promise.reject(new Error("offline"));
  const client = await openClient({
    app: "x",
    store,
    transport: {
      sync: offline,
      pull: offline,
      // biome-ignore lint/correctness/useYield: it fails before it could
      async *stream() {
        throw new Error("offline");
      },
      close: async () => undefined,
    },
    autoSync: false,
    collections,
  });
  onTestFinished(() => client.close());
  const found = await client.collections.items.query({ where: { n: { gte: -50 } }, orderBy: "n" });
  expect(found.map(({ id }) => id)).toEqual([
    ...ITEMS.slice(-10)
      .map(({ id }) => id)
      .reverse(),
    ...ITEMS.slice(0, -10).map(({ id }) => id),
  ]);
});

it("a write waits for no query, and each query shows it", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { here, happening } = await openPair("gate");
  happening.between = () => gate;
  const live = here.live({ where: { on: true }, orderBy: "n", limit: 5 });
  live.subscribe(() => undefined);
  const first = here.first({ orderBy: "n" });
  const asked = here.query({ where: { on: true }, orderBy: "n", limit: 2 });
  const counted = here.count({ where: { on: true } });
  const explained = here.explainQuery({ where: { n: { lt: 5 } } });
  await here.insert({ id: "new", n: -1, on: true }).local;
  await here.delete(idOf(0)).local;
  expect(live.getSnapshot().ready).toBe(false);
  release();
  expect((await first)?.id).toBe("new");
  expect((await asked).map(({ id }) => id)).toEqual(["new", idOf(2)]);
  expect(await counted).toBe(COUNT / 2);
  expect((await explained).found).toBe(5);
  await expect.poll(() => live.getSnapshot().ready).toBe(true);
  expect(live.getSnapshot().rows.map(({ n }) => n)).toEqual([-1, 2, 4, 6, 8]);
});
