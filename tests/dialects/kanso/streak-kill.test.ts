// The streak worker when its server is killed in the middle of its work, again and again.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatTime } from "@syncline/core";
import { issueToken, openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import { startTestPostgres } from "@syncline/server/testing";
import { expect, test } from "vitest";
import { entriesOf, settled, storedStreak } from "./streak-fixture.ts";

const PROCESS = fileURLToPath(new URL("./streak-process.ts", import.meta.url));
const SECRET = "a secret of servers that are killed, 32 bytes or more";
const KILLS = 4;
const DAYS = 120;

test("after kills -9 on SQLite every entry counts", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-streaks-"));
  try {
    const path = join(folder, "syncline.db");
    await run(path, () => openSqliteStore({ path }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

test("after kills -9 on PostgreSQL every entry counts", async () => {
  const postgres = await startTestPostgres();
  try {
    const url = await postgres.database();
    await run(url, () => openPostgresStore({ url }));
  } finally {
    await postgres.stop();
  }
}, 120_000);

async function run(address: string, open: () => Promise<Store>): Promise<void> {
  let server = await start(address);
  await using store = await open();
  try {
    const device = await createDevice(() => server.url);
    const habit = {
      title: "Read",
      createdAt: "2026-01-01T00:00:00Z",
      startDate: "2026-01-01T00:00:00Z",
    };
    await device.push("habits", { id: "read", fields: { ...habit, startDay: null } });
    const entries = entriesOf("read", DAYS, Date.now());
    for (const [index, entry] of entries.entries()) {
      const pushed = device.push("entries", entry);
      const isNext = Math.floor(((index + 1) * KILLS) / DAYS) > Math.floor((index * KILLS) / DAYS);
      if (isNext) {
        // While it writes and counts; what it did not acknowledge is sent again.
        server.child.kill("SIGKILL");
        await once(server.child, "exit");
        server = await start(address);
      }
      await pushed;
    }
    await settled(store);
    expect(await storedStreak(store, "ada", "read")).toEqual([DAYS, DAYS]);
  } finally {
    server.child.kill("SIGKILL");
  }
}

async function start(
  address: string,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = fork(PROCESS, [address, SECRET], { execArgv: ["--conditions=syncline-source"] });
  const [url] = await once(child, "message");
  return { url: String(url), child };
}

/** A device that sends each record until it is acknowledged. */
async function createDevice(url: () => string) {
  const token = await issueToken({ secret: SECRET, userId: "ada", expiresInSeconds: 600 });
  let id = 0;
  const send = async (body: string) => {
    const answer = await fetch(`${url()}/v1/kanso/~/sync`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
    });
    const { results } = await answer.json();
    return answer.status === 200 ? results[0] : undefined;
  };
  return {
    async push(collection: string, record: { readonly id: string; readonly fields: object }) {
      id += 1;
      const time = formatTime({ ms: Date.now(), counter: 0 }, "phone");
      const changes = [{ collection, op: "put", time, ...record }];
      const body = JSON.stringify({
        clientId: "phone",
        now: time,
        cursor: null,
        policies: { habits: "versioned", entries: "versioned" },
        mutations: [{ id, seen: null, changes }],
        pull: { limit: 1, collections: ["nothing"] },
      });
      await expect
        .poll(() => send(body).catch(() => undefined), { timeout: 30_000, interval: 50 })
        .toMatchObject({ id, status: expect.stringMatching(/applied|duplicate/) });
    },
  };
}
