// Kanso: statistics of people with a year of twenty habits, under fifty who ask without a pause; and the streak worker.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@syncline/server";
import { fillStore } from "../kanso/fill-store.ts";
import { peopleOf, SEED } from "../kanso/people.ts";
import { measureStatistics, type Statistics } from "../kanso/statistics.ts";
import { measureWorker } from "../kanso/worker.ts";
import { type Figure, seconds } from "../measure.ts";

/** People in the database, at first and in the end. `KANSO_USERS=10000` is the whole: half an hour, and 56 GB. */
const FEW = 50;
const MANY = Math.max(2 * FEW, Number(process.env["KANSO_USERS"] ?? 500));
/** A database that `npm run kanso:fill` has filled, with whomever: it may be measured again, and what was written stays in it. */
const FILLED = process.env["KANSO_DATABASE"];
const HABITS = 20;
const DAYS = 365;
const DAY_MS = 86_400_000;
const TARGET_MS = 50;

export async function kansoScenario(): Promise<Figure[]> {
  if (FILLED !== undefined) {
    const people = await peopleOf(FILLED);
    const statistics = await measureStatistics(FILLED, people);
    return [...answers(statistics), ...(await measureWorker(FILLED, people))];
  }
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const path = join(folder, "syncline.db");
  try {
    await fill(path, FEW);
    const few = await measureStatistics(path, await peopleOf(path));
    const filled = await fill(path, MANY);
    const people = await peopleOf(path);
    const many = await measureStatistics(path, people);
    return [...answers(many), ...growth(few, many), filled, ...(await measureWorker(path, people))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(path: string, users: number): Promise<Figure> {
  await using store = await openSqliteStore({ path });
  const until = Math.floor(Date.now() / DAY_MS);
  let records = 0;
  const took = await seconds(async () => {
    records = await fillStore(store, { users, habits: HABITS, days: DAYS, until, seed: SEED });
  });
  const { size } = await stat(path);
  return {
    id: "kanso.fill",
    title:
      "records a second that the generator writes through the engine into SQLite, without history",
    value: Math.round(records / took),
    unit: "records/s",
    target: null,
    better: "higher",
    note: `${records.toLocaleString("en")} records in ${Math.round(took)} s; ${users} people take ${Math.round(size / 2 ** 20)} MiB`,
  };
}

function answers(measured: Statistics): Figure[] {
  return [
    ...speed("weekly", "weekly statistics", measured.weekly),
    ...speed("progress", "progress of this week with streaks", measured.progress),
    ...cold(measured),
  ];
}

function speed(id: string, what: string, path: Statistics["weekly"]): Figure[] {
  const { ours, raw, ratio, bytes } = path;
  const title = `${what}, under 50 who ask without a pause, each with ${HABITS} habits and a year of entries`;
  const note = `raw ${raw.p50} and ${raw.p99} ms: a Fastify route that sends the same ${bytes} bytes; ${ours.count} answers`;
  return [
    { ...FASTER, id: `kanso.${id}.p50`, title: `${title}, p50`, value: ours.p50, note },
    {
      ...FASTER,
      id: `kanso.${id}.p99`,
      title: `${title}, p99`,
      value: ours.p99,
      target: TARGET_MS,
      note,
    },
    {
      ...FASTER,
      id: `kanso.${id}.raw`,
      title: `the same as a multiple of the raw route, p50`,
      value: ratio.median,
      unit: "× raw",
      note: `${ratio.min}–${ratio.max}, rounds in turn`,
    },
  ];
}

const FASTER = { unit: "ms", target: null, better: "lower" } as const;

function cold({ alone, together, people }: Statistics): Figure[] {
  return [
    {
      ...FASTER,
      id: "kanso.cold.p50",
      title: "the first answer to somebody who was not here lately, p50: a year is read",
      value: alone.p50,
      note: `p99 ${alone.p99} ms; one after the other, ${alone.count} people`,
    },
    {
      ...FASTER,
      id: "kanso.cold.together",
      title: `the first answers to ${together.count} people who come at once, until the last has his`,
      value: together.p99,
      note: `p50 ${together.p50} ms; ${people} people are in the database`,
    },
  ];
}

/** What more people in the database cost those who are here. */
function growth(few: Statistics, many: Statistics): Figure[] {
  const ratio = (value: number) => Math.round(value * 100) / 100;
  return [
    {
      id: "kanso.growth.p99",
      title: `p99 of weekly statistics with ${many.people} people in the database, against ${few.people}`,
      value: ratio(many.weekly.ours.p99 / few.weekly.ours.p99),
      unit: "×",
      target: null,
      better: "lower",
      note: `${many.weekly.ours.p99} and ${few.weekly.ours.p99} ms; p50 ${many.weekly.ours.p50} and ${few.weekly.ours.p50} ms`,
    },
    {
      id: "kanso.growth.memory",
      title: `resident memory with 50 people at hand, of ${many.people} in the database against ${few.people}`,
      value: ratio(many.memoryMiB / few.memoryMiB),
      unit: "×",
      target: null,
      better: "lower",
      note: `${many.memoryMiB} and ${few.memoryMiB} MiB; a person at hand is counted ${many.personKiB} KiB; ${many.crowd} of them once: ${many.fullMiB} MiB`,
    },
  ];
}
