// simple-sync: a push of one event into a history of 100,000, answered with all of it as the original does, and with what is new;
// and long histories, read whole.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, openSqliteStore, simpleDialect } from "@syncline/server";
import { startTestPostgres } from "@syncline/server/testing";
import { syncline } from "../import-command.ts";
import { type Figure, spread } from "../measure.ts";
import { startMeasuredServer } from "../server.ts";
import { fillSimpleOriginal } from "../simple-original.ts";

const EVENTS = 100_000;
const BATCH = 1_000;
const WHOLE = 7;
const SINCE = 200;

/** What is read whole, and in how much time a million should be: as long as the original takes. */
const LONG = 1_000_000;
const LONG_MS = 3_600;
const SHORT = 20_000;
const READS = 3;

export async function simpleSyncScenario(): Promise<Figure[]> {
  return [...(await pushes()), ...(await histories())];
}

/** A server that has just been started looks through a history once before it gives it: that is the first reading. */
async function histories(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const postgres = await startTestPostgres();
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  try {
    for (const events of [SHORT, LONG]) {
      const path = join(folder, `original-${events}.db`);
      fillSimpleOriginal(path, { events, users: 100 });
      const data = join(folder, String(events));
      const url = await postgres.database();
      for (const [store, flags, place] of [
        ["SQLite", ["--data", data], join(data, "syncline.db")],
        ["PostgreSQL", ["--database-url", url, "--data", data], url],
      ] as const) {
        await syncline(["import", "simple", path, ...flags]);
        figures.push(await history({ events, store, place }));
      }
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

interface History {
  readonly events: number;
  readonly store: string;
  readonly place: string;
}

async function history({ events, store, place }: History): Promise<Figure> {
  const server = await startMeasuredServer(place);
  try {
    const read = async () => {
      const start = performance.now();
      // A connection of its own: one that lies idle while what came is counted may be closed by then.
      const options = { agent: false, headers: { "X-API-Key": server.rootKey ?? "" } } as const;
      const asked = request(`${server.url}/api/v1/events`, options).end();
      const [answer] = (await once(asked, "response")) as [IncomingMessage]; // as an event of Node's
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer); // no encoding is set
      const ms = performance.now() - start;
      const text = Buffer.concat(chunks);
      const found = countOf(text, '{"uuid":"');
      if (found < events)
        throw new Error(`${answer.statusCode}, and ${found} of ${events} events.`);
      return { ms, bytes: text.length };
    };
    const before = await server.memory();
    const first = await read();
    const times: number[] = [];
    for (let i = 0; i < READS; i++) times.push((await read()).ms);
    const { min, median, max } = spread(times);
    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
    return {
      id: `simple.history.${events}.${store.toLowerCase()}`,
      title: `a history of ${events.toLocaleString("en")}, read whole from ${store}`,
      value: Math.round(median),
      unit: "ms",
      target: events === LONG ? LONG_MS : null,
      better: "lower",
      note: `${seconds(min)}–${seconds(max)}, first ${seconds(first.ms)}; ${(first.bytes / 2 ** 20).toFixed(0)} MiB; memory ${Math.round(before)} MiB, at most ${Math.round(await server.peak())}`,
    };
  } finally {
    await server.stop();
  }
}

function countOf(text: Buffer, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

async function pushes(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  let key = "";
  const server = await createServer({
    store: await openSqliteStore({ path: join(folder, "simple.db") }),
    apps: [],
    auth: { secret: "a secret for the bench, 32 bytes or more" },
    port: 0,
    dialects: [
      simpleDialect({
        onRootKey: (made) => {
          key = made;
        },
      }),
    ],
  });
  await server.listen();
  const push = async (events: readonly object[], query = "") => {
    const start = performance.now();
    const answer = await fetch(`${server.url}/api/v1/events${query}`, {
      method: "POST",
      headers: { "X-API-Key": key },
      body: JSON.stringify(events),
    });
    const bytes = (await answer.arrayBuffer()).byteLength;
    if (!answer.ok) throw new Error(`The push was answered ${answer.status}.`);
    return {
      ms: performance.now() - start,
      bytes,
      place: answer.headers.get("syncline-place") ?? "",
    };
  };
  try {
    let place = "";
    for (let from = 0; from < EVENTS; from += BATCH)
      ({ place } = await push(
        Array.from({ length: BATCH }, () => eventNow()),
        place === "" ? "" : `?since=${place}`,
      ));
    const whole: number[] = [];
    const since: number[] = [];
    let bytes = 0;
    for (let i = 0; i < WHOLE + 1; i++) {
      const one = await push([eventNow()]);
      ({ bytes, place } = one);
      if (i > 0) whole.push(one.ms);
    }
    for (let i = 0; i < SINCE + 20; i++) {
      const one = await push([eventNow()], `?since=${place}`);
      place = one.place;
      if (i >= 20) since.push(one.ms);
    }
    const [all, few] = [spread(whole), spread(since)];
    const note = (figure: typeof all) => `${figure.min.toFixed(1)}–${figure.max.toFixed(1)} ms`;
    return [
      {
        id: "simple.push.whole",
        title: `a push of one event, answered with the whole history of ${EVENTS.toLocaleString("en")}`,
        value: Math.round(all.median),
        unit: "ms",
        target: null,
        better: "lower",
        note: `${note(all)}; ${(bytes / 2 ** 20).toFixed(1)} MiB an answer`,
      },
      {
        id: "simple.push.since",
        title: "the same with `since`, answered with one event",
        value: Math.round(few.median * 100) / 100,
        unit: "ms",
        target: null,
        better: "lower",
        note: note(few),
      },
    ];
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

let count = 0;

function eventNow(): object {
  const timestamp = Math.floor(Date.now() / 1000);
  const hex = (timestamp * 1000).toString(16).padStart(12, "0");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${(++count).toString(16).padStart(12, "0")}`;
  const payload = '{"what":"milk","count":2}';
  return { uuid, timestamp, user: ".root", item: "list.shop", action: "add", payload };
}
