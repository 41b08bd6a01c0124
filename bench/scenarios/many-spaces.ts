// Deltas on PostgreSQL: what ten changes cost among 10,000 spaces with a million records, and in a database of one space.

import type { Delta } from "@syncline/core";
import { startTestPostgres } from "@syncline/server/testing";
import pg from "pg";
import { type Figure, spread } from "../measure.ts";
import { sampleMutation } from "../sample-data.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";

const SPACES = 10_000;
const RECORDS = 100;
const SAMPLES = 300;
const SPACE = "bench/seed";

export async function manySpacesScenario(): Promise<Figure[]> {
  const postgres = await startTestPostgres();
  const largeUrl = await postgres.database();
  const small = await startMeasuredServer(await postgres.database());
  const large = await startMeasuredServer(largeUrl);
  try {
    for (const server of [small, large])
      await server.push(SPACE, "writer", [sampleMutation(1, RECORDS, now())]);
    const total = await multiply(largeUrl);
    const cursors = { small: await prepare(small), large: await prepare(large) };
    const times = { small: [] as number[], large: [] as number[] };
    for (let i = 0; i < SAMPLES + 50; i++) {
      const a = await timed(small, cursors.small);
      const b = await timed(large, cursors.large);
      if (i < 50) continue; // all warm up
      times.small.push(a);
      times.large.push(b);
    }
    const [few, many] = [spread(times.small), spread(times.large)];
    return [
      {
        id: "postgres.delta.flat",
        title: `delta of 10 changes on PostgreSQL, among ${SPACES.toLocaleString("en")} spaces with ${total.toLocaleString("en")} records, against a database of one space`,
        value: Math.round((many.median / few.median) * 100) / 100,
        unit: "×",
        target: 1.5,
        better: "lower",
        note: `medians ${many.median.toFixed(2)} ms and ${few.median.toFixed(2)} ms, ${SAMPLES} samples each in turn`,
      },
    ];
  } finally {
    await small.stop();
    await large.stop();
    await postgres.stop();
  }
}

/** Makes as many spaces as are wanted out of the one; gives how many records there are then. */
async function multiply(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const others = `generate_series(1, ${SPACES - 1}) AS g`;
  for (const [table, columns] of [
    ["spaces", "epoch, stamp, horizon, clock_ms, clock_counter, tallies, policies, created_at_ms"],
    ["records", "collection, id, stamp, created_stamp, version, deleted, bytes, body, rest"],
    ["changes", "stamp, collection, id, previous, entry, state, prior"],
    ["members", "user_id, role"],
  ])
    await client.query(
      `INSERT INTO ${table} (space, ${columns}) SELECT 'bench/copy-' || g, ${columns} FROM ${table}, ${others} WHERE space = '${SPACE}'`,
    );
  await client.query("ANALYZE");
  const { rows } = await client.query<{ count: string }>("SELECT count(*) AS count FROM records");
  await client.end();
  return Number(rows[0]?.count);
}

/** Changes ten records and gives the cursor from before. */
async function prepare(server: MeasuredServer): Promise<string> {
  const { cursor } = await read(server, "");
  await server.push(SPACE, "writer", [sampleMutation(2, 10, now())]);
  return cursor;
}

async function timed(server: MeasuredServer, cursor: string): Promise<number> {
  const start = performance.now();
  const delta = await read(server, `&cursor=${encodeURIComponent(cursor)}`);
  const took = performance.now() - start;
  if (delta.changes.length !== 10 || delta.more)
    throw new Error("The delta is not the ten changes.");
  return took;
}

async function read(server: MeasuredServer, more: string): Promise<Delta> {
  const response = await fetch(`${server.url}/v1/${SPACE}/changes?collections=items${more}`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  return (await response.json()) as Delta; // our own server's answer
}

const now = () => `${new Date().toISOString()}-0000-writer`;
