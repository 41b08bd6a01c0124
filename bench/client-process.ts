// A client under measurement, in a process of its own: one first sync into SQLite, timed.

import { readFileSync } from "node:fs";
import { collection, openClient } from "@syncline/client";
import { openSqliteStore } from "@syncline/client/sqlite";
import type { ClientReport } from "./scenarios/first-sync.ts";

const [url = "", token = "", path = ""] = process.argv.slice(2);
const store = await openSqliteStore({ path });
const client = await openClient({
  url,
  app: "bench",
  space: "shared",
  token: async () => token,
  store,
  collections: { items: collection() },
  autoSync: false,
});
globalThis.gc?.();
const idleMiB = process.memoryUsage().rss / 2 ** 20;
const start = performance.now();
await client.sync();
const seconds = (performance.now() - start) / 1000;
const peakMiB =
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
const records = (await client.collections.items.query({})).length;
await client.close();
const report: ClientReport = { seconds, records, peakMiB, idleMiB };
process.send?.(report);
process.disconnect();
