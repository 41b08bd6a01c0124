// A page costs what is in it, also before PostgreSQL has looked at the tables: after an import, a restore, a move.

import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../testing/postgres.ts";
import type { Store } from "../port.ts";
import { change, SPACE, unitOf } from "../sample-commits.ts";
import { openPostgresStore } from "./postgres-store.ts";

const RECORDS = 4_000;
const BATCH = 500;
const PAGE = 100;
const PAGES = 5;

let postgres: TestPostgres;
let looking: pg.Client | undefined;
beforeAll(async () => {
  postgres = await startTestPostgres({ durable: false });
});
afterEach(() => looking?.end());
afterAll(() => postgres.stop());

/** Rows of records and of history that were fetched up to now. */
async function fetched(client: pg.Client): Promise<number> {
  // What a session read is counted when it ends.
  const others = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'syncline'";
  const gone = expect.poll(async () => (await client.query(others)).rowCount, { timeout: 300_000 });
  await gone.toBe(0);
  const { rows } = await client.query<{ rows: string }>(
    "SELECT sum(idx_tup_fetch + seq_tup_read) AS rows FROM pg_stat_user_tables WHERE relname IN ('records', 'changes')",
  );
  return Number(rows[0]?.rows);
}

/** Reads so many from a space after the stamp given; gives how many there were, and the last one's stamp. */
type Read = (store: Store, after: number) => Promise<readonly [count: number, last: number]>;

const page =
  (collections?: readonly string[]): Read =>
  async (store, after) => {
    const found = await store.page({
      space: SPACE,
      after,
      tombstonesAfter: 0,
      limit: PAGE,
      maxBytes: 1_000_000,
      separator: "\n",
      ...(collections && { collections }),
    });
    return [found?.count ?? 0, found?.stamp ?? 0];
  };

test.each<{ name: string; read: Read; perPage: number }>([
  // One more is looked at to know whether there is more.
  { name: "of all collections", read: page(), perPage: PAGE + 1 },
  { name: "of two collections", read: page(["things", "others"]), perPage: PAGE + 1 },
  {
    name: "of history",
    async read(store, after) {
      const entries = await store.history({ space: SPACE, after, limit: PAGE });
      return [entries.length, entries.at(-1)?.stamp ?? 0];
    },
    perPage: PAGE,
  },
])("a page $name reads its own rows, and not the rest of the space", async ({ read, perPage }) => {
  const url = await postgres.database();
  const filling = await openPostgresStore({ url });
  for (let n = 0; n < RECORDS; n += BATCH) {
    const changes = Array.from({ length: BATCH }, (_, i) => change("put", `r${n + i}`));
    await filling.commit([unitOf(SPACE, changes)]);
  }
  await filling.close();
  looking = new pg.Client(url);
  await looking.connect();
  const before = await fetched(looking);
  const reading = await openPostgresStore({ url, mode: "write" });
  for (let n = 0, after = 0; n < PAGES; n++) {
    const [count, last] = await read(reading, after);
    expect(count).toBe(PAGE);
    after = last;
  }
  await reading.close();
  expect((await fetched(looking)) - before).toBe(PAGES * perPage);
});
