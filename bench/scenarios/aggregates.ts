// Live aggregates over 50,000 rows: how long after a write they show it, against adding all rows up anew.

import { collection, openClient, openMemoryStore } from "@syncline/client";
import { liveAggregate } from "@syncline/client/aggregates";
import { fill, type Item, NOBODY } from "../local-rows.ts";
import { type Figure, quantile } from "../measure.ts";

const ROWS = 50_000;
const SAMPLES = 300;
const VALUES = {
  n: { count: true },
  total: { sum: "rank" },
  mean: { avg: "rank" },
  most: { max: "rank" },
} as const;

export async function aggregatesScenario(): Promise<Figure[]> {
  const store = await openMemoryStore();
  await fill(store, ROWS);
  const client = await openClient({
    app: "bench",
    store,
    transport: NOBODY,
    autoSync: false,
    collections: { items: collection<Item>({ indexes: ["rank"] }) },
  });
  const { items } = client.collections;
  const live = liveAggregate(items, { values: VALUES });
  let shown = () => {};
  const stop = live.subscribe(() => shown());
  while (!live.getSnapshot().ready) await new Promise((resolve) => setTimeout(resolve, 1));
  const ours: number[] = [];
  const plain: number[] = [];
  for (let i = 0; i < SAMPLES + 20; i++) {
    const seen = new Promise<void>((resolve) => {
      shown = resolve;
    });
    const began = performance.now();
    items.update(`r${(i * 31) % ROWS}`, { rank: ROWS + i });
    await seen;
    const took = performance.now() - began;
    const rows = await items.query();
    const started = performance.now();
    let [total, most] = [0, Number.NEGATIVE_INFINITY];
    for (const { rank } of rows) {
      total += rank;
      most = Math.max(most, rank);
    }
    const plainTook = performance.now() - started;
    const [group] = live.getSnapshot().groups;
    if (group?.total !== total || group.most !== most || group.n !== ROWS)
      throw new Error("The aggregates are not those of the rows.");
    if (i < 20) continue; // both warm up
    ours.push(took);
    plain.push(plainTook);
  }
  stop();
  await client.close();
  const at = (of: number[], q: number) =>
    quantile(
      of.toSorted((x, y) => x - y),
      q,
    );
  return [0.5, 0.99].map((q) => ({
    id: `aggregates.p${q * 100}`,
    title: `From a write to a live count, sum, average and greatest over ${ROWS} rows, p${q * 100}`,
    value: Math.round(at(ours, q) * 100) / 100,
    unit: "ms",
    target: q === 0.5 ? 2 : null,
    better: "lower",
    note: `adding the rows up anew, once they are there, takes ${at(plain, q).toFixed(2)} ms; ${SAMPLES} samples`,
  }));
}
