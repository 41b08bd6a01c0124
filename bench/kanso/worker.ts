// How fast the streak worker is: all there is from the beginning, and five hundred entries a second while they come.

import { randomUUID } from "node:crypto";
import type { WriteOrder } from "../kanso-writers-process.ts";
import type { Figure } from "../measure.ts";
import { habitsOf, tokensOf } from "./people.ts";
import { type KansoServer, startKansoServer, startWriters } from "./processes.ts";
import { timesOf } from "./statistics.ts";

const OFFERED = 500;
const SECONDS = 15;
const WRITERS = 250;
/** What a device sends after two days without a network. */
const AFTER_A_WHILE = 40;
const BURSTS = Math.floor((OFFERED * SECONDS) / AFTER_A_WHILE);
const MAX_LAG_MS = 1_000;

/** @param everybody who is there; all of them wait for the worker */
export async function measureWorker(path: string, everybody: readonly string[]): Promise<Figure[]> {
  const people = everybody.length;
  const daily = await writersOf(path, everybody.slice(0, WRITERS));
  const returning = await writersOf(path, everybody.slice(-BURSTS));
  const started = performance.now();
  const server = await startKansoServer(path, "worker");
  const writers = startWriters();
  try {
    await server.settled();
    const seconds = (performance.now() - started) / 1000;
    const first = await server.ask("lags");
    // Of whom there is no history, what was written since is in both.
    const before = Math.max(first.entries, first.read);
    const { rss } = await server.ask("memory");
    const offer = (order: Order) => offered(server, writers, order);
    const active = daily.length;
    // Who writes now was here before: an entry of each, not counted.
    await offer({ writers: daily, perPush: 1, perSecond: 50, seconds: active / 50 });
    const single = await offer({
      writers: daily,
      perPush: 1,
      perSecond: OFFERED,
      seconds: SECONDS,
    });
    const bursts = await offer({
      writers: returning,
      perPush: AFTER_A_WHILE,
      perSecond: OFFERED,
      seconds: SECONDS,
    });
    return [
      {
        id: "kanso.worker.entries",
        title:
          "entries a second of the streak worker, with a year of everybody before it and nobody at hand",
        value: Math.round(before / seconds),
        unit: "entries/s",
        target: OFFERED,
        better: "higher",
        note: `${before.toLocaleString("en")} entries of ${people} people in ${seconds.toFixed(1)} s; then ${Math.round(rss / 2 ** 20)} MiB resident`,
      },
      lag("kanso.worker.lag", `one entry a push, of ${active} people in turn`, single),
      lag(
        "kanso.worker.lag-after-a-while",
        `${AFTER_A_WHILE} entries a push, of ${returning.length} people who come back, at hand or not`,
        bursts,
      ),
    ];
  } finally {
    await Promise.all([writers.stop(), server.stop()]);
  }
}

type Order = Omit<WriteOrder, "url" | "run">;

async function writersOf(path: string, people: readonly string[]): Promise<Order["writers"]> {
  const [habits, tokens] = [await habitsOf(path, people), await tokensOf(people)];
  return tokens.map((token, index) => ({ token, habitIds: habits[index] ?? [] }));
}

type Offered = Awaited<ReturnType<typeof offered>>;

async function offered(
  server: KansoServer,
  writers: ReturnType<typeof startWriters>,
  order: Order,
) {
  const { url } = server;
  // New devices each time: a server knows those of an earlier run, and refuses who begins with their names again.
  const run = randomUUID();
  await server.ask("lags");
  const started = performance.now();
  const written = await writers.ask({ url, ...order, run });
  const ended = performance.now();
  await server.settled();
  return {
    entries: written.entries,
    perSecond: Math.round(written.entries / ((ended - started) / 1000)),
    pushes: timesOf(written.milliseconds),
    drainedMs: Math.round(performance.now() - ended),
    lags: await server.ask("lags"),
    memory: await server.ask("memory"),
  };
}

function lag(id: string, what: string, { entries, perSecond, pushes, ...rest }: Offered): Figure {
  const { lags, drainedMs, memory } = rest;
  if (lags.entries < entries) throw new Error(`Of ${entries} entries ${lags.entries} were seen.`);
  return {
    id,
    title: `from an entry's commit until its streaks are stored, p99, with ${OFFERED} entries/s offered: ${what}`,
    value: lags.p99,
    unit: "ms",
    target: MAX_LAG_MS,
    better: "lower",
    note: `p50 ${lags.p50} ms, max ${lags.max} ms; ${entries.toLocaleString("en")} entries, ${perSecond}/s taken, all settled ${drainedMs} ms after the last; a push p50 ${pushes.p50} ms, p99 ${pushes.p99} ms; ${Math.round(memory.rss / 2 ** 20)} MiB resident`,
  };
}
