// After a long time offline: one sync of 20,000 pending writes under the server's default limits, and what it shows.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, spread } from "../measure.ts";
import { startMeasuredServer } from "../server.ts";

const WRITES = 20_000;
const ROUNDS = 3;
const DEVICE = fileURLToPath(new URL("../backlog-process.ts", import.meta.url));

/** What the status said of a sync under way. */
export interface Shown {
  readonly done: number;
  readonly total: number | null;
  readonly perSecond: number;
}

/** What the device's process reports. */
export interface BacklogReport {
  readonly seconds: number;
  readonly pending: number;
  readonly rejected: number;
  readonly shown: readonly Shown[];
  /** Why the status said that it did not go on, if it did. */
  readonly reasons: readonly string[];
}

export async function backlogScenario(): Promise<Figure[]> {
  const reports: BacklogReport[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
    const server = await startMeasuredServer(join(folder, "server.db"), undefined, "default");
    try {
      const device = fork(DEVICE, [server.url, server.token, join(folder, "d.db"), `${WRITES}`], {
        execArgv: ["--conditions=syncline-source"],
      });
      const [report] = (await once(device, "message")) as [BacklogReport]; // it says nothing else
      if (report.pending !== 0 || report.rejected !== 0)
        throw new Error(`Not all was taken: ${JSON.stringify(report)}`);
      reports.push(report);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
  const { min, median, max } = spread(reports.map(({ seconds }) => seconds));
  const [{ shown, reasons } = { shown: [], reasons: [] }] = reports;
  const some = shown.filter((_, i) => i % Math.ceil(shown.length / 5) === 0).slice(0, 5);
  const texts = some.map(({ done, total, perSecond }) => `${done} of ${total} at ${perSecond}/s`);
  return [
    {
      id: "client.backlog",
      title: `sync() of ${WRITES} pending writes from SQLite, under the server's default limits`,
      value: Math.round(median * 10) / 10,
      unit: "s",
      target: null,
      better: "lower",
      note: `${min.toFixed(1)}–${max.toFixed(1)} s; the status changed ${shown.length} times: ${texts.join(", ")}; waits: ${reasons.join(", ") || "none"}`,
    },
  ];
}
