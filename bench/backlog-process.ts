// A device that was offline for long, in a process of its own: its pending writes, and then one sync, timed.

import { collection, openClient } from "@syncline/client";
import { openSqliteStore } from "@syncline/client/sqlite";
import type { BacklogReport, Shown } from "./scenarios/backlog.ts";

const [url = "", token = "", path = "", count = "0"] = process.argv.slice(2);
const client = await openClient({
  url,
  app: "bench",
  token: async () => token,
  store: await openSqliteStore({ path }),
  collections: { items: collection<{ title: string; done: boolean; rank: number }>() },
  autoSync: false,
});
const { items } = client.collections;
const writes = Array.from({ length: Number(count) }, (_, rank) =>
  items.insert({ title: `made without a network, number ${rank}`, done: false, rank }),
);
await Promise.all(writes.map(({ local }) => local));

const shown: Shown[] = [];
const reasons = new Set<string>();
let last = "";
client.status.subscribe(() => {
  const { progress, reason } = client.status.getSnapshot();
  if (reason !== null) reasons.add(reason.code);
  if (progress === null || progress.direction !== "sending") return;
  const { done, total, perSecond } = progress;
  const text = `${done} of ${total}`;
  if (text !== last) shown.push({ done, total, perSecond: Math.round(perSecond) });
  last = text;
});
const start = performance.now();
await client.sync();
const seconds = (performance.now() - start) / 1000;
const { pending, rejected } = client.status.getSnapshot();
await client.close();
process.send?.({
  seconds,
  pending,
  rejected,
  shown,
  reasons: [...reasons],
} satisfies BacklogReport);
process.disconnect();
