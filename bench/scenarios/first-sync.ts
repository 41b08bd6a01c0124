// First syncs of 100,000 records: what the server sends, what a client takes in, and what both need of memory.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, pairs, percent, rates, seconds, spread } from "../measure.ts";
import { openRawDatabase, rawRows } from "../raw-sqlite.ts";
import { sampleMutation } from "../sample-data.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";

const RECORDS = 100_000;
const ROUNDS = 5;
const CLIENT = fileURLToPath(new URL("../client-process.ts", import.meta.url));

/** What the client process reports of one first sync. */
export interface ClientReport {
  readonly seconds: number;
  readonly records: number;
  readonly peakMiB: number;
  readonly idleMiB: number;
}

export async function firstSyncScenario(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const path = join(folder, "syncline.db");
  const loader = await startMeasuredServer(path);
  await fill(loader, RECORDS);
  await loader.stop();
  // A fresh process, so that its peak is the peak of first syncs alone.
  const server = await startMeasuredServer(path);
  const raw = openRawDatabase(join(folder, "raw.db"));
  try {
    raw.insert(rawRows(RECORDS));
    const idle = await server.memory();
    let bytes = 0;
    const making = await pairs(
      ROUNDS,
      async () => RECORDS / (await server.stream()),
      async () => RECORDS / (await seconds(() => void raw.readJoined(1_000))),
    );
    const sending = await pairs(
      ROUNDS,
      async () => {
        const took = await seconds(async () => {
          bytes = await download(server);
        });
        return RECORDS / took;
      },
      async () => RECORDS / (await seconds(() => void raw.readJoined(1_000))),
    );
    const peak = await server.peak();
    const clients: ClientReport[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      clients.push(await clientRun(server, join(folder, `client-${round}.db`)));
    }
    const applying = spread(clients.map((client) => client.records / client.seconds));
    return [
      {
        id: "engine.first-sync.server",
        title:
          "the server makes the lines of a first sync, against reading the same rows and joining as many bytes in SQL",
        value: Math.round(making.ratio.median * 1000) / 1000,
        unit: "× raw",
        target: 0.6,
        better: "higher",
        note: `${percent(making.ratio)}; ours ${rates(making.ours)}, raw ${rates(making.limit)}`,
      },
      {
        id: "engine.first-sync.http",
        title: `first sync of ${RECORDS.toLocaleString("en")} records over HTTP (NDJSON, to a reader on the same two cores), against the same`,
        value: Math.round(sending.ratio.median * 1000) / 1000,
        unit: "× raw",
        target: null,
        better: "higher",
        note: `${percent(sending.ratio)}; ours ${rates(sending.ours)}, raw ${rates(sending.limit)}; ${(bytes / 2 ** 20).toFixed(1)} MiB`,
      },
      {
        id: "engine.first-sync.server-memory",
        title: "most memory of the server during first syncs, above idle",
        value: Math.round(peak - idle),
        unit: "MiB",
        target: 150,
        better: "lower",
        note: `idle ${Math.round(idle)} MiB, peak ${Math.round(peak)} MiB`,
      },
      {
        id: "engine.first-sync.client",
        title:
          "records a second that a client takes into its SQLite store, from request to visible",
        value: Math.round(applying.median),
        unit: "records/s",
        target: 30_000,
        better: "higher",
        note: `${rates(applying)}; client's memory above idle ${Math.round(spread(clients.map((c) => c.peakMiB - c.idleMiB)).median)} MiB`,
      },
    ];
  } finally {
    await server.stop();
    raw.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export async function fill(
  server: MeasuredServer,
  records: number,
  space = "bench/shared",
): Promise<void> {
  const time = `${new Date().toISOString()}-0000-loader`;
  for (let done = 0, id = 1; done < records; id++) {
    const size = Math.min(1_000, records - done);
    await server.push(space, "loader", [sampleMutation(id, size, time)]);
    done += size;
  }
}

async function download(server: MeasuredServer): Promise<number> {
  const response = await fetch(`${server.url}/v1/bench/shared/changes`, {
    headers: {
      authorization: `Bearer ${server.token}`,
      accept: "application/x-ndjson",
      "accept-encoding": "identity",
    },
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status}`);
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.byteLength;
  return bytes;
}

async function clientRun(server: MeasuredServer, path: string): Promise<ClientReport> {
  const child = fork(CLIENT, [server.url, server.token, path], {
    execArgv: ["--conditions=syncline-source", "--expose-gc"],
  });
  const [report] = (await once(child, "message")) as [ClientReport]; // the child says nothing else
  await once(child, "exit");
  if (report.records !== RECORDS) throw new Error(`The client holds ${report.records} records.`);
  return report;
}
