// How fast the streak worker is: all there is from the beginning, and five hundred entries a second while they come.

import { randomUUID } from "node:crypto";
import type { Figure } from "../measure.ts";
import { type KansoServer, startKansoServer, startWriters } from "./processes.ts";
import { samplePerson } from "./sample-person.ts";
import { SEED, tokenOf } from "./sign-in.ts";
import { timesOf } from "./statistics.ts";

const OFFERED = 500;
const SECONDS = 15;
const WRITERS = 250;
/** What a device sends after two days without a network. */
const AFTER_A_WHILE = 40;
const MAX_LAG_MS = 1_000;

/** @param people how many there are; all of them wait for the worker */
export async function measureWorker(path: string, people: number): Promise<Figure[]> {
  const started = performance.now();
  const server = await startKansoServer(path, "worker");
  const writers = startWriters();
  try {
    await server.settled();
    const seconds = (performance.now() - started) / 1000;
    const first = await server.ask("lags");
    const before = first.entries + first.read;
    const { rss } = await server.ask("memory");
    const offer = (order: Offer) => offered(server, writers, order);
    const active = Math.min(WRITERS, people);
    const pushes = (OFFERED * SECONDS) / AFTER_A_WHILE;
    // Who writes now was here before: an entry of each, not counted.
    await offer({ count: active, perPush: 1, perSecond: 50, seconds: active / 50 });
    const single = await offer({
      count: active,
      perPush: 1,
      perSecond: OFFERED,
      seconds: SECONDS,
    });
    const bursts = await offer({
      count: Math.min(pushes, people),
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
        `${AFTER_A_WHILE} entries a push, of ${Math.min(pushes, people)} people who come back, at hand or not`,
        bursts,
      ),
    ];
  } finally {
    await Promise.all([writers.stop(), server.stop()]);
  }
}

interface Offer {
  readonly count: number;
  readonly perPush: number;
  readonly perSecond: number;
  readonly seconds: number;
}

type Offered = Awaited<ReturnType<typeof offered>>;

async function offered(
  server: KansoServer,
  writers: ReturnType<typeof startWriters>,
  { count, ...order }: Offer,
) {
  const people = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      token: await tokenOf(index),
      habitIds: samplePerson(index, { seed: SEED, habits: 20, days: 1, until: 1 }).habits.map(
        ({ id }) => id,
      ),
    })),
  );
  const { url } = server;
  // New devices each time: a server knows those of an earlier run, and refuses who begins with their names again.
  const run = randomUUID();
  await server.ask("lags");
  const started = performance.now();
  const written = await writers.ask({ url, writers: people, ...order, run });
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
