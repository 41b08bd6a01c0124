// The dialect mana-sync: what it costs above the native protocol, and how fast a change log is imported.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SyncResponse } from "@syncline/core";
import { startTestPostgres } from "@syncline/server/testing";
import { syncline } from "../import-command.ts";
import { fillManaLog } from "../mana-original.ts";
import { type Figure, pairs, rates } from "../measure.ts";
import { sampleMutation } from "../sample-data.ts";
import { type MeasuredServer, startMeasuredServer } from "../server.ts";

const RECORDS = 50;
const ROUND_TRIPS = 40;
const ROUNDS = 9;
const ROWS = 1_000_000;
const USERS = 500;

export async function manaScenario(): Promise<Figure[]> {
  return [await dialect(), ...(await imported())];
}

/** The same work in both protocols: one device pushes records, another one reads what is new. */
async function dialect(): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const server = await startMeasuredServer(join(folder, "syncline.db"));
  try {
    const ours = manaDevices(server);
    const limit = nativeDevices(server);
    const measured = await pairs(ROUNDS, ours, limit);
    const { min, median, max } = measured.ratio;
    const times = (ratio: number) => (1 / ratio).toFixed(2);
    return {
      id: "mana.push-pull",
      title: `push of ${RECORDS} records and their pull by another device: mana-sync against the native protocol`,
      value: Number(times(median)),
      unit: "×",
      target: 1.3,
      better: "lower",
      note: `(${times(max)}–${times(min)}); records: mana-sync ${rates(measured.ours)}, native ${rates(measured.limit)}`,
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function manaDevices({ url, token }: MeasuredServer): () => Promise<number> {
  const cursors = { a: new Date().toISOString(), b: new Date().toISOString() };
  let count = 0;
  const call = async (clientId: "a" | "b", changes: readonly unknown[]) => {
    const response = await fetch(`${url}/sync/mana`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "x-client-id": clientId,
      },
      body: JSON.stringify({ clientId, since: cursors[clientId], changes }),
    });
    if (!response.ok) throw new Error(await response.text());
    const answer = (await response.json()) as { serverChanges: unknown[]; syncedUntil: string }; // our own answer
    cursors[clientId] = answer.syncedUntil;
    return answer.serverChanges.length;
  };
  return async () => {
    const start = performance.now();
    for (let trip = 0; trip < ROUND_TRIPS; trip++) {
      const at = new Date().toISOString();
      const { changes } = sampleMutation(1, RECORDS, `${at}-0000-a`);
      await call(
        "a",
        changes.map(({ fields }) => ({
          table: "items",
          id: `m${++count}`,
          op: "insert",
          data: { ...fields, createdAt: at },
        })),
      );
      if ((await call("b", [])) !== RECORDS) throw new Error("Something was lost.");
    }
    return (ROUND_TRIPS * RECORDS * 1000) / (performance.now() - start);
  };
}

function nativeDevices({ url, token }: MeasuredServer): () => Promise<number> {
  const cursors: { a: string | null; b: string | null } = { a: null, b: null };
  const lastMutation = { a: 0, b: 0 };
  let count = 0;
  const call = async (clientId: "a" | "b", changes: readonly unknown[]) => {
    const now = `${new Date().toISOString()}-0000-${clientId}`;
    const mutations =
      changes.length === 0
        ? []
        : [{ id: ++lastMutation[clientId], seen: cursors[clientId], changes }];
    const response = await fetch(`${url}/v1/native/~/sync`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ clientId, now, cursor: cursors[clientId], mutations }),
    });
    if (!response.ok) throw new Error(await response.text());
    const answer = (await response.json()) as SyncResponse; // our own answer
    cursors[clientId] = answer.cursor;
    return answer.changes.length;
  };
  return async () => {
    const start = performance.now();
    for (let trip = 0; trip < ROUND_TRIPS; trip++) {
      const at = new Date().toISOString();
      const { changes } = sampleMutation(1, RECORDS, `${at}-0000-a`);
      await call(
        "a",
        changes.map((change) => ({
          ...change,
          id: `n${++count}`,
          fields: { ...change.fields, createdAt: at },
        })),
      );
      if ((await call("b", [])) !== RECORDS) throw new Error("Something was lost.");
    }
    return (ROUND_TRIPS * RECORDS * 1000) / (performance.now() - start);
  };
}

/** A log of a million rows: a tenth inserts, the rest updates of two fields, by 500 users with two devices each. */
async function imported(): Promise<Figure[]> {
  const postgres = await startTestPostgres();
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  try {
    const url = await postgres.database();
    await fillManaLog(url, { rows: ROWS, users: USERS });
    const first = await importInto(url, join(folder, "first"));
    const second = await importInto(url, join(folder, "second"));
    if (first.digest !== second.digest) throw new Error("Two imports of one log differ.");
    const note = `${first.rows.toLocaleString("en")} rows, ${first.records.toLocaleString("en")} records, ${first.spaces} spaces, digest ${first.digest} twice; the second ${second.rowsPerSecond.toLocaleString("en")} rows/s`;
    return [
      {
        id: "mana.import.rate",
        title: "import of a mana-sync log from PostgreSQL into SQLite",
        value: first.rowsPerSecond,
        unit: "rows/s",
        target: null,
        better: "higher",
        note,
      },
      {
        id: "mana.import.memory",
        title: "the same, peak memory",
        value: first.peakMb,
        unit: "MB",
        target: null,
        better: "lower",
        note: "the whole process",
      },
    ];
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Imported {
  readonly rows: number;
  readonly records: number;
  readonly spaces: number;
  readonly digest: string;
  readonly rowsPerSecond: number;
  readonly peakMb: number;
}

async function importInto(url: string, folder: string): Promise<Imported> {
  return (await syncline(["import", "mana", "--from", url, "--data", folder])) as Imported; // our own command's answer
}
