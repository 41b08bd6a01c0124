// PostgreSQL: pushes against raw inserts, two nodes against one, from a commit on one node to a socket on another.

import { cpus } from "node:os";
import { startTestPostgres, startTestRedis, type TestPostgres } from "@syncline/server/testing";
import { WebSocket } from "ws";
import { type Figure, pairs, percent, quantile, rates, seconds } from "../measure.ts";
import { openRawPostgres } from "../raw-postgres.ts";
import { rawRows } from "../raw-sqlite.ts";
import { sampleMutation } from "../sample-data.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";

const DEVICES = 8;
const ROUNDS = 5;
const SAMPLES = 500;
const CASES = [
  { size: 1, total: 1_600, target: null },
  { size: 100, total: 16_000, target: 0.25 },
  { size: 1_000, total: 40_000, target: 0.5 },
] as const;

export async function postgresScenario(): Promise<Figure[]> {
  const postgres = await startTestPostgres();
  const redis = await startTestRedis();
  try {
    return [
      ...(await pushes(postgres)),
      ...(await twoNodes(postgres, redis.url)),
      ...(await acrossNodes(postgres, redis.url)),
    ];
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

async function pushes(postgres: TestPostgres): Promise<Figure[]> {
  const server = await startMeasuredServer(await postgres.database());
  const raw = await openRawPostgres(await postgres.database());
  const load = createLoad((device) => ({ server, space: "bench/shared", device }));
  const figures: Figure[] = [];
  try {
    for (const { size, total, target } of CASES) {
      const result = await pairs(
        ROUNDS,
        () => load(total, size),
        async () => {
          const rows = rawRows(total);
          const took = await seconds(async () => {
            for (let i = 0; i < total; i += size) await raw.insert(rows.slice(i, i + size));
          });
          return total / took;
        },
      );
      figures.push({
        id: `postgres.push.${size}`,
        title: `push over HTTP into PostgreSQL, ${size} records a push, ${DEVICES} devices in one space, against raw unnest inserts over one connection`,
        value: round(result.ratio.median),
        unit: "× raw",
        target,
        better: "higher",
        note: `${percent(result.ratio)}; ours ${rates(result.ours)}, raw ${rates(result.limit)}`,
      });
    }
  } finally {
    await server.stop();
    await raw.close();
  }
  return figures;
}

async function twoNodes(postgres: TestPostgres, redisUrl: string): Promise<Figure[]> {
  const url = await postgres.database();
  const nodes = [
    await startMeasuredServer(url, redisUrl),
    await startMeasuredServer(url, redisUrl),
  ];
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error("There are two nodes.");
  try {
    const total = 24_000;
    const one = createLoad((device) => ({ server: first, space: `bench/one-${device}`, device }));
    const two = createLoad((device) => ({
      server: device % 2 === 0 ? first : second,
      space: `bench/two-${device}`,
      device,
    }));
    const before = busy();
    const result = await pairs(
      ROUNDS,
      () => two(total, 100),
      () => one(total, 100),
    );
    const after = busy();
    const share = (after.busyMs - before.busyMs) / (after.allMs - before.allMs);
    return [
      {
        id: "postgres.two-nodes",
        title: `push through two nodes against through one, 100 records a push, ${DEVICES} devices in a space each; nodes, database and devices share the cores`,
        value: round(result.ratio.median),
        unit: "×",
        target: 1.3,
        better: "higher",
        note: `${percent(result.ratio)}; two ${rates(result.ours)}, one ${rates(result.limit)}; all cores were busy ${Math.round(share * 100)} % of the time`,
      },
    ];
  } finally {
    for (const node of nodes) await node.stop();
  }
}

/** How much time all cores have spent at work, and in all. */
function busy(): { readonly busyMs: number; readonly allMs: number } {
  let busyMs = 0;
  let allMs = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    allMs += all;
    busyMs += all - times.idle;
  }
  return { busyMs, allMs };
}

/** From the sending of a push to one node to its frame on a socket of the other, and to its answer. */
async function acrossNodes(postgres: TestPostgres, redisUrl: string): Promise<Figure[]> {
  const url = await postgres.database();
  const [a, b] = [
    await startMeasuredServer(url, redisUrl),
    await startMeasuredServer(url, redisUrl),
  ];
  try {
    await a.push("bench/live", "writer", [sampleMutation(1, 1, now("writer"))]);
    const socket = new WebSocket(`${b.url.replace("http", "ws")}/v1/live`, ["syncline.v1"]);
    let heard = () => {};
    const frames: string[] = [];
    socket.on("message", (data) => {
      const { type } = JSON.parse(String(data)) as { type: string }; // our own server's frames
      frames.push(type);
      heard();
    });
    const next = (type: string) =>
      new Promise<void>((resolve) => {
        heard = () => {
          if (frames.at(-1) === type) resolve();
        };
      });
    await new Promise((resolve) => socket.once("open", resolve));
    const ready = next("ready");
    socket.send(JSON.stringify({ type: "auth", token: b.token }));
    await ready;
    const first = next("changes");
    socket.send(JSON.stringify({ type: "subscribe", space: "bench/live", cursor: null }));
    await first;
    const samples: number[] = [];
    const answers: number[] = [];
    for (let id = 2; id <= SAMPLES + 51; id++) {
      const frame = next("changes");
      const began = performance.now();
      let answered = Number.NaN;
      const push = a
        .push("bench/live", "writer", [sampleMutation(id, 1, now("writer"))])
        .then(() => {
          answered = performance.now() - began;
        });
      await frame;
      const took = performance.now() - began;
      await push;
      if (id <= 51) continue;
      samples.push(took);
      answers.push(answered);
    }
    socket.terminate();
    samples.sort((x, y) => x - y);
    answers.sort((x, y) => x - y);
    const figure = (name: string, q: number): Figure => ({
      id: `postgres.across-nodes.${name}`,
      title: `one push to a node until its frame is on a socket of another, over Redis, ${name}`,
      value: round(quantile(samples, q)),
      unit: "ms",
      target: null,
      better: "lower",
      note: `${SAMPLES} samples, durable; the push's own answer after ${round(quantile(answers, q))} ms`,
    });
    return [figure("p50", 0.5), figure("p99", 0.99)];
  } finally {
    await a.stop();
    await b.stop();
  }
}

/** Devices that push at the same time, each where it is told; gives records a second. */
function createLoad(
  place: (device: number) => { server: MeasuredServer; space: string; device: number },
): (total: number, size: number) => Promise<number> {
  const sent = new Map<string, number>();
  return async (total, size) => {
    const work = Array.from({ length: DEVICES }, (_, i) => {
      const { server, space, device } = place(i);
      const clientId = `device-${device}`;
      const from = sent.get(clientId) ?? 0;
      const pushes = total / size / DEVICES;
      sent.set(clientId, from + pushes);
      const mutations = Array.from({ length: pushes }, (_, n) =>
        sampleMutation(from + n + 1, size, now(clientId)),
      );
      return { server, space, clientId, mutations };
    });
    const took = await seconds(async () => {
      await Promise.all(
        work.map(async ({ server, space, clientId, mutations }) => {
          for (const mutation of mutations) await server.push(space, clientId, [mutation]);
        }),
      );
    });
    return total / took;
  };
}

const now = (clientId: string) => `${new Date().toISOString()}-0000-${clientId}`;

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
