// Kanso's server under measurement, in a process of its own, over SQLite. It says its address and, when asked, its memory.

import { stampToMs } from "@syncline/core";
import { createKanso, createViews, kansoApp, streakConsumer } from "@syncline/kanso-server";
import { type ConsumerDefinition, createServer, openSqliteStore } from "@syncline/server";
import { SECRET } from "./kanso/people.ts";
import { quantile, spread } from "./measure.ts";

/** What the parent may ask. */
export type Question = "memory" | "behind" | "lags" | "stop";
/** What this process says. */
export type Report =
  | { readonly type: "ready"; readonly url: string }
  | { readonly type: "behind"; readonly spaces: number }
  | {
      readonly type: "lags";
      /** From the commit of an entry until its streaks were settled, in milliseconds; since the question was last asked. */
      readonly p50: number;
      readonly p99: number;
      readonly max: number;
      readonly entries: number;
      /** Entries of people of whom there is no history any more: all that they have was read. */
      readonly read: number;
    }
  | {
      readonly type: "memory";
      readonly rss: number;
      readonly cpuSeconds: number;
      /** What the people at hand take, by the server's own count, and how many they are. */
      readonly peopleBytes: number;
      readonly people: number;
    };

/** The database, and `worker` where streaks are to be kept. */
const [path = "", role] = process.argv.slice(2);
const views = createViews();
const store = await openSqliteStore({ path });
let lags: number[] = [];
let read = 0;
const streaks = watched(streakConsumer({ views }));
// What an earlier run has done is done once more.
if (role === "worker") await store.consumers.forget(streaks.name);
const server = await createServer({
  store,
  apps: [kansoApp],
  dialects: [createKanso({ views })],
  consumers: role === "worker" ? [streaks] : [],
  accounts: {},
  auth: { secret: SECRET },
  host: "127.0.0.1",
  port: 0,
  logLevel: "silent",
  // Cold readings of many people at once are what is measured: they wait, and are not refused.
  httpLimits: { lagMs: 10_000, connectionsOfAddress: 10_000 },
});
await server.listen();
report({ type: "ready", url: server.url });

process.on("message", (question: Question) => {
  if (question === "memory") {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    report({
      type: "memory",
      rss: process.memoryUsage().rss,
      cpuSeconds: (user + system) / 1e6,
      peopleBytes: views.people.bytes,
      people: views.people.size,
    });
  } else if (question === "lags") {
    const sorted = lags.sort((a, b) => a - b);
    const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
    report({ type: "lags", p50, p99, max: spread(sorted).max, entries: sorted.length, read });
    lags = [];
    read = 0;
  } else if (question === "behind") {
    void store.consumers.progress().then(([progress]) => {
      report({ type: "behind", spaces: progress?.behind ?? 0 });
    });
  } else void server.close().then(() => process.exit(0));
});

/** The same worker, and how late it is with each entry. */
function watched(worker: ConsumerDefinition): ConsumerDefinition {
  return {
    ...worker,
    async handle(batch, context) {
      await worker.handle(batch, context);
      if (batch.compacted) {
        const head = await store.head(batch.space);
        read += head?.tallies["entries"]?.count ?? 0;
      }
      const now = Date.now();
      for (const { stamp } of batch.entries) lags.push(now - stampToMs(stamp));
    },
  };
}

function report(message: Report): void {
  process.send?.(message);
}
