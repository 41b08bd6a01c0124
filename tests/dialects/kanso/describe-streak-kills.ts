// The streak worker when its server is killed in the middle of its work, again and again.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatTime } from "@syncline/core";
import { issueToken, openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedDatabase } from "../../shared-postgres.ts";
import { entriesOf, settled, storedStreak } from "./streak-fixture.ts";

const PROCESS = fileURLToPath(new URL("./streak-process.ts", import.meta.url));
const SECRET = "a secret of servers that are killed, 32 bytes or more";

export interface Kills {
  readonly kills: number;
  /** Of the habit that is kept meanwhile: an entry for each. */
  readonly days: number;
}

export function describeStreakKills(options: Kills): void {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-streaks-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("after kills -9 on SQLite every entry counts", async () => {
    const path = join(folder, "syncline.db");
    await run(path, () => openSqliteStore({ path }), options);
  });

  test("after kills -9 on PostgreSQL every entry counts", async () => {
    const { url, close } = await sharedDatabase();
    try {
      await run(url, () => openPostgresStore({ url }), options);
    } finally {
      close();
    }
  });
}

async function run(
  address: string,
  open: () => Promise<Store>,
  { kills, days }: Kills,
): Promise<void> {
  // All that will be: while one serves, the next one reads its program.
  const processes = Array.from({ length: kills + 1 }, () => prepare(address));
  let started = 0;
  const next = async () => await start(processes[started++]);
  let server = await next();
  await using store = await open();
  try {
    const device = await createDevice(() => server.url);
    const habit = {
      title: "Read",
      createdAt: "2026-01-01T00:00:00Z",
      startDate: "2026-01-01T00:00:00Z",
    };
    await device.push("habits", { id: "read", fields: { ...habit, startDay: null } });
    const entries = entriesOf("read", days, Date.now());
    for (const [index, entry] of entries.entries()) {
      const pushed = device.push("entries", entry);
      const isNext = Math.floor(((index + 1) * kills) / days) > Math.floor((index * kills) / days);
      if (isNext) {
        // While it writes and counts; what it did not acknowledge is sent again.
        server.child.kill("SIGKILL");
        await once(server.child, "exit");
        server = await next();
      }
      await pushed;
    }
    await settled(store);
    expect(await storedStreak(store, "ada", "read")).toEqual([days, days]);
  } finally {
    for (const child of processes) child.kill("SIGKILL");
  }
}

/** A process that has read its program, and waits to be told to start: to read it takes longer. */
function prepare(address: string): ChildProcess {
  return fork(PROCESS, [address, SECRET], {
    execArgv: ["--conditions=syncline-source"],
  });
}

async function start(
  child: ChildProcess | undefined,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  if (child === undefined) throw new Error("There is no process left.");
  const told = once(child, "message");
  child.send("start");
  const [url] = await Promise.race([
    told,
    once(child, "exit").then(() => {
      throw new Error("The server has ended before it said its address.");
    }),
  ]);
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
        .poll(() => send(body).catch(() => undefined), { interval: 50 })
        .toMatchObject({ id, status: expect.stringMatching(/applied|duplicate/) });
    },
  };
}
