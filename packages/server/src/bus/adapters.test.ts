// Every bus against the promises of its port, with real servers: one block an adapter.

import { connect as connectNats } from "@nats-io/transport-node";
import { hash64 } from "@syncline/core";
import pg from "pg";
import { createClient } from "redis";
import { afterAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import { startTestNats, startTestRedis, type TestProcess } from "../testing/processes.ts";
import { describeBus } from "./conformance.ts";
import { createMemoryBus } from "./memory.ts";
import { openNatsBus } from "./nats.ts";
import { openPostgresBus } from "./postgres.ts";
import { openRedisBus } from "./redis.ts";

const CHANNEL = Number.parseInt(hash64("a/x").slice(0, 8), 16) % 1_024;
const KEY = "the key of this installation";
let redis: TestProcess;
let nats: TestProcess;
let postgres: TestPostgres;
let url = "";
afterAll(async () => {
  await redis?.stop();
  await nats?.stop();
  await postgres?.stop();
});

describeBus("memory", { open: async () => createMemoryBus() });

describeBus("redis", {
  async start() {
    redis = await startTestRedis();
  },
  open: () => openRedisBus({ url: redis.url, key: KEY }),
  async interrupt() {
    await redis.kill();
    await redis.start();
  },
  async speak(text) {
    const client = createClient({ url: redis.url });
    await client.connect();
    await client.publish(`syncline.p.${CHANNEL}`, text);
    client.destroy();
  },
});

describeBus("nats", {
  async start() {
    nats = await startTestNats();
  },
  open: () => openNatsBus({ url: nats.url, key: KEY }),
  async interrupt() {
    await nats.kill();
    await nats.start();
  },
  async speak(text) {
    const connection = await connectNats({ servers: nats.url });
    connection.publish(`syncline.p.${CHANNEL}`, text);
    await connection.drain();
  },
});

describeBus("postgres", {
  async start() {
    postgres = await startTestPostgres({ durable: false });
    url = await postgres.database();
  },
  open: () => openPostgresBus({ url, key: KEY }),
  async interrupt() {
    await ask(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'syncline bus'",
    );
  },
  speak: (text) => ask("SELECT pg_notify($1, $2)", [`syncline_p_${CHANNEL}`, text]),
});

async function ask(text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  // A notification longer than PostgreSQL takes is refused by it.
  await client.query(text, values).catch(() => undefined);
  await client.end();
}

test("a bus that is not there is said at the start", async () => {
  const unavailable = { code: "unavailable" };
  await expect(openRedisBus({ url: "redis://127.0.0.1:1", key: KEY })).rejects.toMatchObject(
    unavailable,
  );
  await expect(openNatsBus({ url: "nats://127.0.0.1:1", key: KEY })).rejects.toMatchObject(
    unavailable,
  );
  await expect(
    openPostgresBus({ url: "postgres://u:p@127.0.0.1:1/none", key: KEY }),
  ).rejects.toMatchObject(unavailable);
});
