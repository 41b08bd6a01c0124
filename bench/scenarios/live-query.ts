// A live query over 10,000 rows: how long after a write it shows it, against a plain filter and sort of the same rows.

import { collection, openClient, openMemoryStore } from "@syncline/client";
import { SynclineError } from "@syncline/core";
import { type Figure, quantile } from "../measure.ts";

const ROWS = 10_000;
const SAMPLES = 500;

export async function liveQueryScenario(): Promise<Figure[]> {
  const offline = () => Promise.reject(new SynclineError("offline"));
  const client = await openClient({
    app: "bench",
    store: await openMemoryStore(),
    autoSync: false,
    transport: {
      sync: offline,
      pull: offline,
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
      close: async () => undefined,
    },
    collections: { items: collection<{ group: number; rank: number }>({ indexes: ["group"] }) },
  });
  const { items } = client.collections;
  for (let from = 0; from < ROWS; from += 1_000) {
    await client.transaction((tx) => {
      for (let i = from; i < from + 1_000; i++)
        tx.items.insert({ id: `r${i}`, group: i % 10, rank: (i * 7_919) % ROWS });
    }).local;
  }
  const figures: Figure[] = [];
  for (const [name, query] of [
    ["all", { orderBy: "rank" }],
    ["limited", { where: { group: 3 }, orderBy: "-rank", limit: 50 }],
  ] as const) {
    const live = items.live(query);
    let shown = () => {};
    const stop = live.subscribe(() => shown());
    while (!live.getSnapshot().ready) await new Promise((resolve) => setTimeout(resolve, 1));
    const ours: number[] = [];
    const plain: number[] = [];
    for (let i = 0; i < SAMPLES + 20; i++) {
      // A row that the query shows, to a place that it shows, too.
      const rows = live.getSnapshot().rows;
      const row = rows[(i * 31) % rows.length];
      const other = rows[(i * 17 + 1) % rows.length];
      if (row === undefined || other === undefined) throw new Error("The query shows nothing.");
      const seen = new Promise<void>((resolve) => {
        shown = resolve;
      });
      const began = performance.now();
      items.update(row.id, { rank: other.rank + 0.5 + i / SAMPLES / 10 });
      await seen;
      const took = performance.now() - began;
      const all = await items.query();
      const started = performance.now();
      const wanted = "where" in query ? all.filter(({ group }) => group === 3) : [...all];
      wanted.sort((a, b) => a.rank - b.rank);
      if (i < 20) continue; // both warm up
      ours.push(took);
      plain.push(performance.now() - started);
    }
    stop();
    const at = (of: number[], q: number) =>
      quantile(
        of.toSorted((x, y) => x - y),
        q,
      );
    for (const q of [0.5, 0.99]) {
      figures.push({
        id: `live-query.${name}.p${q * 100}`,
        title: `From a write to a live query over ${ROWS} rows (${name}), p${q * 100}`,
        value: Math.round(at(ours, q) * 100) / 100,
        unit: "ms",
        target: 5,
        better: "lower",
        note: `a plain filter and sort of the rows alone takes ${at(plain, q).toFixed(2)} ms; ${SAMPLES} samples`,
      });
    }
  }
  await client.close();
  return figures;
}
