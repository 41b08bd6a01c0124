// What is said of a database that cannot be used: which, why, and what to do; not that a statement was refused.

import { afterAll, expect, test } from "vitest";
import { sharedDatabases } from "../../../../../tests/shared-postgres.ts";
import { openPostgresBus } from "../../bus/postgres.ts";
import { openDatabase } from "./database.ts";
import { openPostgresStore } from "./postgres-store.ts";

const postgres = sharedDatabases();
afterAll(() => postgres.stop());

async function saidOf(open: Promise<{ close(): Promise<void> }>): Promise<string> {
  return await open.then(
    async (opened) => {
      await opened.close();
      return "opened";
    },
    (thrown: Error & { code?: string }) => `${thrown.code}: ${thrown.message}`,
  );
}

test("wrong passwords, unknown databases, hosts that are not there and refused connections, for store and bus", async () => {
  const url = await postgres.database();
  const changed = (change: (address: URL) => void) => {
    const address = new URL(url);
    change(address);
    return address.href;
  };
  const cases: [string, RegExp][] = [
    [changed((one) => (one.password = "wrong-hush")), /password|user/],
    [changed((one) => (one.username = "nobody-here")), /password|user/],
    [changed((one) => (one.pathname = "/nowhere")), /no database of that name/],
    [changed((one) => (one.port = "1")), /refused/],
    [changed((one) => (one.hostname = "nowhere.invalid")), /no host of that name/],
  ];
  for (const [address, words] of cases) {
    for (const open of [
      () => openPostgresStore({ url: address }),
      () => openPostgresBus({ url: address, key: "test" }),
    ]) {
      const said = await saidOf(open());
      expect(said).toMatch(/^unavailable: /);
      expect(said).toMatch(words);
      expect(said).not.toMatch(/hush|nobody-here|127\.0\.0\.1|refused a statement/);
    }
  }
});

test("tables of somebody else's are named, and stay as they are; --schema puts ours beside them", async () => {
  const url = await postgres.database();
  const database = await openDatabase({ url });
  await database.query("CREATE TABLE records (theirs text)");
  await database.query("CREATE TABLE members (theirs text)");
  const said = await saidOf(openPostgresStore({ url }));
  expect(said).toMatch(/^config: .*members, records.*--schema/);
  const store = await openPostgresStore({ url, schema: "syncline" });
  await store.commit([
    {
      space: "a/b",
      create: { epoch: "e", createdAtMs: 0 },
      records: [],
      decide: () => ({ result: 1 }),
    },
  ]);
  expect(await store.check()).toEqual([]);
  await store.close();
  const [row] = await database.query<{ count: number }>(
    "SELECT count(*) AS count FROM syncline.spaces",
  );
  expect(row?.count).toBe(1);
  expect(await database.query("SELECT theirs FROM records")).toEqual([]);
  await database.close();
});
