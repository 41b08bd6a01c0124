// The kit: events through a sync manager over HTTP into SQLite and out of it, against the store's own inserts.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createHttpTransport,
  createSyncManager,
  type Event,
  type EventStore,
  type SyncResult,
} from "@syncline/kit";
import { openSqliteStore } from "@syncline/kit/sqlite";
import { type Figure, pairs, percent, rates, type Spread, seconds, spread } from "../measure.ts";

const EVENTS = 100_000;
const FEW = 50_000;
const MANY = 200_000;
const BATCH = 1_000;
const ROUNDS = 4;
const PROCESS = fileURLToPath(new URL("../kit-process.ts", import.meta.url));

interface Peer {
  readonly url: string;
  peakBytes(): Promise<number>;
  stop(): Promise<void>;
}

export async function kitScenario(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  let files = 0;
  const fresh = () => join(folder, `${++files}.db`);
  try {
    const events = sampleEvents(EVENTS);
    const full = await openSqliteStore({ path: fresh() });
    await insert(full, events);
    const raw = async () => {
      await using store = await openSqliteStore({ path: fresh() });
      return EVENTS / (await seconds(() => insert(store, events)));
    };
    const pushed = await pairs(
      ROUNDS,
      async () => {
        const peer = await startPeer(fresh());
        const manager = managerOf(full, peer, files);
        const took = await seconds(async () => check(await manager.push(), "eventsPushed"));
        await peer.stop();
        return EVENTS / took;
      },
      raw,
    );
    const source = await startPeer(fresh());
    check(await managerOf(full, source, 0).push(), "eventsPushed");
    const pulled = await pairs(
      ROUNDS,
      async () => {
        await using store = await openSqliteStore({ path: fresh() });
        const manager = managerOf(store, source, 0);
        return EVENTS / (await seconds(async () => check(await manager.pull(), "eventsPulled")));
      },
      raw,
    );
    await source.stop();
    const peaks = [await peakOf(FEW, fresh), await peakOf(MANY, fresh)] as const;
    await full.close();
    return [
      speed("kit.push", "events pushed", pushed),
      speed("kit.pull", "events pulled", pulled),
      {
        id: "kit.memory.flat",
        title: `most memory of a peer that takes ${MANY.toLocaleString("en")} events, against ${FEW.toLocaleString("en")}`,
        value: Math.round((peaks[1] / peaks[0]) * 100) / 100,
        unit: "×",
        target: 1.3,
        better: "lower",
        note: `${mebibytes(peaks[1])} and ${mebibytes(peaks[0])} MiB, the whole process`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function speed(
  id: string,
  what: string,
  { ours, limit, ratio }: Record<"ours" | "limit" | "ratio", Spread>,
): Figure {
  return {
    id,
    title: `${EVENTS.toLocaleString("en")} ${what} by a sync manager over HTTP from SQLite to SQLite, against the store's own inserts`,
    value: Math.round(ratio.median * 1000) / 1000,
    unit: "× raw",
    target: 0.4,
    better: "higher",
    note: `${percent(ratio)}; ours ${rates(ours)}, raw ${rates(limit)}; batches of ${BATCH}`,
  };
}

async function peakOf(count: number, fresh: () => string): Promise<number> {
  const events = sampleEvents(count);
  const samples: number[] = [];
  for (let round = 0; round < 3; round++) {
    await using store = await openSqliteStore({ path: fresh() });
    await insert(store, events);
    const peer = await startPeer(fresh(), "watch");
    await managerOf(store, peer, round).push();
    samples.push(await peer.peakBytes());
    await peer.stop();
  }
  return spread(samples).median;
}

/** @param round keeps the cursors of one store's peers apart */
function managerOf(store: EventStore, peer: Peer, round: number) {
  const transport = createHttpTransport({ url: peer.url, peer: `peer ${peer.url} ${round}` });
  return createSyncManager({ store, transport, batchSize: BATCH, pageSize: BATCH });
}

function check(result: SyncResult, count: "eventsPushed" | "eventsPulled"): void {
  if (result[count] !== EVENTS || result.errors.length > 0) {
    throw new Error(`The sync moved ${result[count]} events: ${result.errors.join(", ")}`);
  }
}

async function insert(store: EventStore, events: readonly Event[]): Promise<void> {
  for (let n = 0; n < events.length; n += BATCH) await store.storeBatch(events.slice(n, n + BATCH));
}

function sampleEvents(count: number): Event[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `ord-${n}-${Math.floor(n * 7919).toString(36)}`,
    type: n % 3 === 0 ? "OrderPlaced" : "OrderNoted",
    aggregateId: `order-${n % 5_000}`,
    data: {
      total: n,
      currency: "EUR",
      note: "gift wrap, and a card that says thank you",
      lines: [n, 1],
    },
    metadata: { origin: `till-${n % 7}` },
  }));
}

/** @param watch has its memory watched */
async function startPeer(path: string, ...watch: "watch"[]): Promise<Peer> {
  const execArgv = ["--conditions=syncline-source"];
  const child: ChildProcess = fork(PROCESS, [path, ...watch], { execArgv });
  const answer = async () => {
    const [message] = await once(child, "message");
    return message as { readonly port: number; readonly peakBytes: number }; // as kit-process.ts says it
  };
  const { port } = await answer();
  return {
    url: `http://127.0.0.1:${port}/sync`,
    async peakBytes() {
      const asked = answer();
      child.send("memory");
      return (await asked).peakBytes;
    },
    async stop() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
