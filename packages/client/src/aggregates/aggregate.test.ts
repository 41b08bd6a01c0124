// Aggregates as apps ask for them: what they give, what the compiler knows of it, and what is refused.

import { expect, it } from "vitest";
import { collection, openMemoryStore } from "../index.ts";
import { aggregate, liveAggregate } from "./index.ts";
import { openThings } from "./things.ts";

interface Order {
  city: string;
  paid: boolean;
  amount: number;
  tip?: number;
  at: { day: string };
}

const ORDERS: readonly Order[] = [
  { city: "Rome", paid: true, amount: 0.1, at: { day: "2027-05-01" } },
  { city: "Rome", paid: true, amount: 0.2, tip: 1, at: { day: "2027-04-01" } },
  { city: "Bern", paid: true, amount: 5, tip: 2, at: { day: "2027-03-01" } },
  { city: "Bern", paid: false, amount: 7, at: { day: "2027-02-01" } },
];

async function open() {
  const client = await openThings(await openMemoryStore(), collection<Order>());
  const { things } = client.collections;
  await Promise.all(ORDERS.map((order, i) => things.insert({ id: `o${i}`, ...order }).local));
  return things;
}

const VALUES = {
  orders: { count: true },
  revenue: { sum: "amount" },
  tip: { avg: "tip" },
  first: { min: "at.day" },
} as const;

it("are worked out for each group, and for all", async () => {
  const orders = await open();
  const groups = await aggregate(orders, {
    where: { paid: true },
    groupBy: "city",
    values: VALUES,
  });
  groups[0]?.city satisfies string | null | undefined;
  groups[0]?.first satisfies string | null | undefined;
  groups[0]?.tip satisfies number | null | undefined;
  groups[0]?.orders satisfies number | undefined;
  expect(groups).toEqual([
    { city: "Bern", orders: 1, revenue: 5, tip: 2, first: "2027-03-01" },
    { city: "Rome", orders: 2, revenue: 0.1 + 0.2, tip: 1, first: "2027-04-01" },
  ]);
  const none = await aggregate(orders, { where: { city: "Oslo" }, values: VALUES });
  expect(none).toEqual([{ orders: 0, revenue: 0, tip: null, first: null }]);
  expect(
    await aggregate(orders, { where: { city: "Oslo" }, groupBy: "city", values: VALUES }),
  ).toEqual([]);
});

it("are kept up, told of once for each change, and left alone by others", async () => {
  const orders = await open();
  const live = liveAggregate(orders, {
    groupBy: ["paid", "at.day"],
    values: { n: { count: true } },
  });
  const totals = liveAggregate(orders, { where: { paid: true }, values: VALUES });
  let told = 0;
  const stops = [
    live.subscribe(() => undefined),
    totals.subscribe(() => {
      told += 1;
    }),
  ];
  await expect.poll(() => totals.getSnapshot().ready).toBe(true);
  const [before, toldBefore] = [totals.getSnapshot(), told];
  await orders.update("o3", { amount: 8 }).local;
  await orders.update("o1", { city: "Oslo" }).local;
  expect([totals.getSnapshot() === before, told]).toEqual([true, toldBefore]);
  await orders.delete("o1").local;
  expect(told).toBe(toldBefore + 1);
  expect(totals.getSnapshot().groups).toEqual([
    { orders: 2, revenue: 5.1, tip: 2, first: "2027-03-01" },
  ]);
  expect(live.getSnapshot().groups).toEqual([
    { paid: false, "at.day": "2027-02-01", n: 1 },
    { paid: true, "at.day": "2027-03-01", n: 1 },
    { paid: true, "at.day": "2027-05-01", n: 1 },
  ]);
  for (const stop of stops) stop();
  await orders.delete("o2").local;
  expect(totals.getSnapshot().groups[0]).toMatchObject({ orders: 1, tip: null });
});

it.each([
  [{ values: { n: { count: 1 } } }, "values.n.count"],
  [{ values: { n: { sum: 1 } } }, "values.n.sum"],
  [{ values: { n: { median: "amount" } } }, "values.n.median"],
  [{ values: { n: {} } }, "values.n"],
  [{ values: { n: { sum: "amount", avg: "amount" } } }, "values.n"],
  [{ values: { city: { count: true } }, groupBy: "city" }, "values.city"],
  [{ values: {}, groupBy: [1] }, "groupBy"],
  [{ values: {}, where: { city: { is: "Rome" } } }, "where.city.is"],
  [{ values: {}, by: "city" }, "by"],
  [{}, "values"],
])("refuses what makes no sense by its path (%#)", async (query, path) => {
  const orders = await open();
  const refused = { code: "invalid", path };
  await expect(aggregate(orders, query as never)).rejects.toMatchObject(refused);
  expect(() => liveAggregate(orders, query as never)).toThrow(expect.objectContaining(refused));
});

it("have the types of their fields", () => {
  // Never run: the compiler is asked.
  const _typed = (orders: Awaited<ReturnType<typeof open>>) => [
    // @ts-expect-error: a text has no sum
    aggregate(orders, { values: { n: { sum: "city" } } }),
    // @ts-expect-error: there is no such field
    aggregate(orders, { values: { n: { max: "at.hour" } } }),
    // @ts-expect-error: there is no such field
    aggregate(orders, { groupBy: "town", values: { n: { count: true } } }),
    // @ts-expect-error: there is no such field
    aggregate(orders, { where: { town: "Rome" }, values: { n: { count: true } } }),
  ];
  expect(_typed).toBeTypeOf("function");
});
