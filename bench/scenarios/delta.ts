// Deltas: what ten changes cost in a space of a thousand records and in one of a million.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Delta } from "@syncline/core";
import { type Figure, quantile, spread } from "../measure.ts";
import { sampleMutation } from "../sample-data.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";
import { fill } from "./first-sync.ts";

const SMALL = 1_000;
const LARGE = 1_000_000;
const SAMPLES = 300;

export async function deltaScenario(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const server = await startMeasuredServer(join(folder, "syncline.db"));
  try {
    await fill(server, SMALL, "bench/small");
    await fill(server, LARGE, "bench/large");
    const small = await prepare(server, "bench/small");
    const large = await prepare(server, "bench/large");
    const times = { small: [] as number[], large: [] as number[] };
    for (let i = 0; i < SAMPLES + 50; i++) {
      const a = await timed(server, "bench/small", small);
      const b = await timed(server, "bench/large", large);
      if (i < 50) continue;
      times.small.push(a);
      times.large.push(b);
    }
    const trips = await roundTrips(server);
    const ratio = spread(times.large).median / spread(times.small).median;
    return [
      {
        id: "engine.delta.flat",
        title: `delta of 10 changes out of ${LARGE.toLocaleString("en")} records, against out of ${SMALL.toLocaleString("en")}`,
        value: Math.round(ratio * 100) / 100,
        unit: "×",
        target: 1.5,
        better: "lower",
        note: `medians ${spread(times.large).median.toFixed(2)} ms and ${spread(times.small).median.toFixed(2)} ms, ${SAMPLES} samples each in turn`,
      },
      {
        id: "engine.round-trip.median",
        title: "one push of one record and its delta over HTTP, median",
        value: Math.round(quantile(trips, 0.5) * 100) / 100,
        unit: "ms",
        target: null,
        better: "lower",
        note: `${trips.length} samples, one after the other, durable`,
      },
      {
        id: "engine.round-trip.p99",
        title: "the same, 99th percentile",
        value: Math.round(quantile(trips, 0.99) * 100) / 100,
        unit: "ms",
        target: null,
        better: "lower",
        note: `greatest ${(trips.at(-1) ?? Number.NaN).toFixed(2)} ms`,
      },
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Changes ten records and gives the cursor from before. */
async function prepare(server: MeasuredServer, space: string): Promise<string> {
  const cursor = await headCursor(server, space);
  const time = `${new Date().toISOString()}-0000-tenth`;
  await server.push(space, "tenth", [sampleMutation(1, 10, time)]);
  return cursor;
}

/** The cursor of the space's end, which only the last line of a stream or the last page has. */
async function headCursor(server: MeasuredServer, space: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/${space}/changes?collections=items`, {
    headers: { authorization: `Bearer ${server.token}`, accept: "application/x-ndjson" },
  });
  if (response.body === null) throw new Error("The stream has no body.");
  let tail = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body)
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4_000);
  const last = tail.trimEnd().split("\n").at(-1) ?? "";
  return (JSON.parse(last) as { cursor: string }).cursor; // the protocol's last line
}

async function timed(server: MeasuredServer, space: string, cursor: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(
    `${server.url}/v1/${space}/changes?collections=items&cursor=${encodeURIComponent(cursor)}`,
    { headers: { authorization: `Bearer ${server.token}` } },
  );
  const delta = (await response.json()) as Delta; // our own server's answer
  const took = performance.now() - start;
  if (delta.changes.length !== 10 || delta.more)
    throw new Error("The delta is not the ten changes.");
  return took;
}

async function roundTrips(server: MeasuredServer): Promise<number[]> {
  const times: number[] = [];
  for (let id = 1; id <= 1_100; id++) {
    const time = `${new Date().toISOString()}-0000-trips`;
    const start = performance.now();
    await server.push("bench/small", "trips", [sampleMutation(id, 1, time)]);
    if (id > 100) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}
