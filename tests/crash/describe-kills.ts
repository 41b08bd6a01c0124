// Kills a real server under load, again and again, and counts what is there afterwards.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createSeededRandom } from "@syncline/core/testing";
import { openSqliteStore } from "@syncline/server";
import { expect, test } from "vitest";
import { type ClientLog, runLoad } from "./load.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const seed = process.env["CRASH_SEED"] ?? String(Date.now());

/** One test that kills so many times: a few in every run, many in the long part. */
export function describeKills(kills: number): void {
  test(`[G1] after ${kills} kills -9 under load every acknowledged mutation is there, once`, async () => {
    console.log(`replay: CRASH_SEED=${seed} npm test -- tests/crash`);
    await surviveKills(kills);
  }, 1_800_000);
}

async function surviveKills(kills: number): Promise<void> {
  const random = createSeededRandom(seed);
  const data = await mkdtemp(join(tmpdir(), "syncline-crash-"));
  const secret = "a secret for the crash test, long enough for HS256";
  const port = await freePort();
  let server: ServerProcess = await startServerProcess({ data, port, secret });
  const stop = new AbortController();
  const load = runLoad({
    url: () => server.url,
    token: await tokenOf(secret),
    clients: 8,
    signal: stop.signal,
  });
  try {
    for (let kill = 0; kill < kills; kill++) {
      // The load runs beside this loop; a client that gave up ends the test here.
      await Promise.race([wait(20 + random.below(400)), load]);
      await server.kill();
      server = await startServerProcess({ data, port, secret });
    }
    stop.abort();
    const logs = await load;
    await server.kill();
    const found = await readBack(data);
    const acknowledged = logs.reduce((sum, log) => sum + log.acknowledged.size, 0);
    const repeated = logs.reduce((sum, log) => sum + log.repeated, 0);
    console.log(
      `${kills} kills, ${acknowledged} mutations acknowledged, ${repeated} pushes repeated`,
    );
    for (const log of logs) compare(log, found);
    expect(acknowledged).toBeGreaterThan(kills);
    expect(repeated).toBeGreaterThan(0);
  } finally {
    stop.abort();
    await server.kill().catch(() => undefined);
    await rm(data, { recursive: true, force: true });
  }
}

interface Found {
  /** How often history holds the entry of a mutation, by `client.number`. */
  readonly entries: ReadonlyMap<string, number>;
  /** What each client's counter says. */
  readonly totals: ReadonlyMap<string, number>;
}

async function readBack(data: string): Promise<Found> {
  await using store = await openSqliteStore({ path: join(data, "syncline.db") });
  expect(await store.check()).toEqual([]);
  const entries = new Map<string, number>();
  const totals = new Map<string, number>();
  for (let after = 0; ; ) {
    const page = await store.history({ space: "crash/shared", after, limit: 1_000 });
    for (const entry of page) {
      after = entry.stamp;
      if (entry.collection === "entries") entries.set(entry.id, (entries.get(entry.id) ?? 0) + 1);
      else totals.set(entry.id, 0);
    }
    if (page.length === 0) break;
  }
  for (const clientId of totals.keys()) {
    const record = await store.record("crash/shared", { collection: "totals", id: clientId });
    totals.set(clientId, Number(record?.fields["count"]));
  }
  return { entries, totals };
}

function compare(log: ClientLog, found: Found): void {
  for (const id of log.acknowledged) expect(found.entries.get(`${log.clientId}.${id}`)).toBe(1);
  expect(log.acknowledged.size).toBe(log.made);
  expect(found.totals.get(log.clientId)).toBe(log.made);
}

async function tokenOf(secret: string): Promise<string> {
  const { issueToken } = await import("@syncline/server");
  return await issueToken({ secret, userId: "crash", expiresInSeconds: 3_600 });
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
