// Pushes: how many records a second become durable over HTTP, against raw inserts of the same rows.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutation } from "@syncline/core";
import { type Figure, pairs, percent, rates, seconds } from "../measure.ts";
import { openRawDatabase, rawRows } from "../raw-sqlite.ts";
import { sampleMutation } from "../sample-data.ts";
import { startMeasuredServer } from "../server.ts";

/** Devices that push at the same time. */
const DEVICES = 8;
const ROUNDS = 5;

const CASES = [
  { size: 1, total: 2_000, target: null },
  { size: 100, total: 20_000, target: 0.25 },
  { size: 1_000, total: 40_000, target: 0.5 },
] as const;

export async function pushScenario(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { size, total, target } of CASES) {
    const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
    const server = await startMeasuredServer(join(folder, "syncline.db"));
    const raw = openRawDatabase(join(folder, "raw.db"));
    const sent = new Map<string, number>();
    try {
      const result = await pairs(
        ROUNDS,
        async () => {
          const work = Array.from({ length: DEVICES }, (_, device) =>
            prepare(`device-${device}`, total / size / DEVICES, size, sent),
          );
          const took = await seconds(async () => {
            await Promise.all(
              work.map(async ({ clientId, mutations }) => {
                for (const mutation of mutations)
                  await server.push("bench/shared", clientId, [mutation]);
              }),
            );
          });
          return total / took;
        },
        async () => {
          const rows = rawRows(total);
          const took = await seconds(() => {
            for (let i = 0; i < total; i += size) raw.insert(rows.slice(i, i + size));
          });
          return total / took;
        },
      );
      figures.push({
        id: `engine.push.${size}`,
        title: `push over HTTP, ${size} records a push, ${DEVICES} devices, against raw inserts`,
        value: round(result.ratio.median),
        unit: "× raw",
        target,
        better: "higher",
        note: `${percent(result.ratio)}; ours ${rates(result.ours)}, raw ${rates(result.limit)}`,
      });
    } finally {
      await server.stop();
      raw.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

function prepare(
  clientId: string,
  pushes: number,
  size: number,
  sent: Map<string, number>,
): { clientId: string; mutations: Mutation[] } {
  const from = sent.get(clientId) ?? 0;
  sent.set(clientId, from + pushes);
  const time = `${new Date().toISOString()}-0000-${clientId}`;
  return {
    clientId,
    mutations: Array.from({ length: pushes }, (_, i) => sampleMutation(from + i + 1, size, time)),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
