// How fast statistics are answered: fifty people without a pause, and the raw limit in turn with them.

import type { Taken } from "../kanso-load-process.ts";
import { quantile, type Spread, spread } from "../measure.ts";
import { tokensOf } from "./people.ts";
import { startKansoServer, startRaw, startReaders } from "./processes.ts";

export interface Times {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

interface PathTimes {
  readonly ours: Times;
  readonly raw: Times;
  /** Ours divided by raw, of p50, round by round. */
  readonly ratio: Spread;
  readonly bytes: number;
}

export interface Statistics {
  readonly people: number;
  readonly weekly: PathTimes;
  readonly progress: PathTimes;
  /** First answers, one after the other, and fifty at once. */
  readonly alone: Times;
  readonly together: Times;
  readonly memoryMiB: number;
  /** After a crowd was here once. */
  readonly fullMiB: number;
  readonly crowd: number;
  readonly personKiB: number;
}

const AT_ONCE = 50;
const ALONE = 50;
const ROUNDS = 4;
const ROUND_MS = 4_000;
const PATIENCE_MS = 300_000;
/** More than the server keeps at hand. */
const CROWD = 1_500;
const WEEKLY = "/api/v1/stats/weekly";
const PROGRESS = "/api/v1/stats/progress";

/** @param people who is there; the first fifty ask */
export async function measureStatistics(
  path: string,
  people: readonly string[],
): Promise<Statistics> {
  const server = await startKansoServer(path, "none");
  const readers = startReaders();
  const raw = startRaw();
  const tokens = await tokensOf(people.slice(0, AT_ONCE));
  const base = { url: server.url, tokens, atOnce: AT_ONCE, milliseconds: PATIENCE_MS, once: false };
  try {
    const together = await readers.ask({ ...base, paths: [WEEKLY], once: true });
    // One after the other: those who were not here yet, or who must be forgotten first where there are no others.
    const strangers = await tokensOf(people.slice(AT_ONCE, AT_ONCE + ALONE));
    const asked = { ...base, paths: [WEEKLY], once: true, atOnce: 1 };
    const alone =
      strangers.length === 0 ? together : await readers.ask({ ...asked, tokens: strangers });
    const url = await raw.ask(await bodies(server.url, tokens[0] ?? ""));
    const limit = { ...base, url, tokens: [null] };
    const rounds: { readonly ours: Taken; readonly raw: Taken }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const timed = { paths: [WEEKLY, PROGRESS], milliseconds: ROUND_MS };
      const ours = await readers.ask({ ...base, ...timed });
      const theirs = await readers.ask({ ...limit, ...timed });
      if (round > 0) rounds.push({ ours, raw: theirs }); // the first warms up
    }
    const memory = await server.ask("memory");
    const rest = await tokensOf(people.slice(AT_ONCE, CROWD));
    await readers.ask({ ...asked, atOnce: 4, tokens: rest });
    const full = await server.ask("memory");
    return {
      people: people.length,
      weekly: pathTimes(rounds, WEEKLY),
      progress: pathTimes(rounds, PROGRESS),
      alone: timesOf(alone[WEEKLY]?.milliseconds ?? []),
      together: timesOf(together[WEEKLY]?.milliseconds ?? []),
      memoryMiB: Math.round(memory.rss / 2 ** 20),
      crowd: Math.min(CROWD, people.length),
      fullMiB: Math.round(full.rss / 2 ** 20),
      personKiB: Math.round(full.peopleBytes / full.people / 1024),
    };
  } finally {
    await Promise.all([readers.stop(), raw.stop(), server.stop()]);
  }
}

async function bodies(url: string, token: string): Promise<{ readonly [path: string]: string }> {
  const answers: { [path: string]: string } = {};
  for (const path of [WEEKLY, PROGRESS]) {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    answers[path] = await answer.text();
    const { habits } = JSON.parse(answers[path]) as { readonly habits: readonly object[] }; // of our own server
    if (habits.length < 20) throw new Error(`${path} tells of ${habits.length} habits.`);
  }
  return answers;
}

function pathTimes(
  rounds: readonly { readonly ours: Taken; readonly raw: Taken }[],
  path: string,
): PathTimes {
  const all = (side: "ours" | "raw") =>
    timesOf(rounds.flatMap((round) => round[side][path]?.milliseconds ?? []));
  const median = (taken: Taken) => quantile(ascending(taken[path]?.milliseconds ?? []), 0.5);
  const ratio = spread(rounds.map(({ ours, raw }) => rounded(median(ours) / median(raw))));
  return { ours: all("ours"), raw: all("raw"), ratio, bytes: rounds[0]?.ours[path]?.bytes ?? 0 };
}

export function timesOf(milliseconds: readonly number[]): Times {
  const sorted = ascending(milliseconds);
  return {
    p50: rounded(quantile(sorted, 0.5)),
    p99: rounded(quantile(sorted, 0.99)),
    count: sorted.length,
  };
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
