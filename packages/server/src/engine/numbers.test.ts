// Numbered collections: records count 1, 2, 3 in the order in which they were committed, whatever was refused between.

import type { Change } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";

/** As devices do that declare the policy of their collections. */
async function push(client: RawClient, ...changes: Change[]) {
  const policies = { receipts: "log", notes: "log" } as const;
  return await client.sync([client.mutation(...changes)], { policies });
}

const APP = defineApp({
  name: "shop",
  collections: { receipts: { policy: "log", numbered: true }, notes: { policy: "log" } },
  validate: ({ fields }) => (fields["bad"] === true ? "Not this one." : undefined),
});

describe.each([
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ path: ":memory:" })],
] as const)("numbered records on the %s store", (_name, openStore) => {
  async function open() {
    const store = await openStore();
    const world = createTestEngine({ store, apps: [APP] });
    const client = (clientId: string) =>
      createRawClient(world, { userId: "alice", clientId, space: "shop/~" });
    const number = async (id: string) =>
      (await store.record("shop/~alice", { collection: "receipts", id }))?.version;
    return { store, client, number };
  }

  test("count without a gap: what is refused, repeated or in conflict takes no number", async () => {
    const { store, client, number } = await open();
    const a = client("a");
    await push(a, a.change("put", "receipts", "r1", { n: 1 }), a.change("put", "notes", "n1", {}));
    await push(
      a,
      a.change("put", "receipts", "r2", { n: 2 }),
      a.change("put", "receipts", "no", { bad: true }),
    );
    await push(a, a.change("put", "receipts", "r1", { n: 1 }));
    await push(a, a.change("put", "receipts", "r1", { n: "other" }));
    await push(
      a,
      a.change("put", "receipts", "r3", { n: 3 }),
      a.change("put", "receipts", "r4", { n: 4 }),
    );
    expect(await Promise.all(["r1", "r2", "no", "r3", "r4"].map(number))).toEqual([
      1,
      undefined,
      undefined,
      2,
      3,
    ]);
    expect((await store.record("shop/~alice", { collection: "notes", id: "n1" }))?.version).toBe(1);
    await a.catchUp();
    expect(a.records.get("receipts/r4")?.version).toBe(3);
    expect(await store.check()).toEqual([]);
  });

  test("count in the order of commits when many devices write at once", async () => {
    const { store, client } = await open();
    const devices = Array.from({ length: 20 }, (_, i) => client(`d${i}`));
    for (const round of [1, 2, 3])
      await Promise.all(
        devices.map((one, i) => push(one, one.change("put", "receipts", `${round}-${i}`, {}))),
      );
    const page = await store.page({
      space: "shop/~alice",
      after: 0,
      tombstonesAfter: 0,
      limit: 100,
      maxBytes: 1_000_000,
      separator: ",",
    });
    const records = JSON.parse(`[${page?.changes}]`) as { version: number; stamp: number }[];
    expect(records.map(({ version }) => version)).toEqual(records.map((_, i) => i + 1));
    for (const { version, stamp } of records)
      expect(await store.stampOfNumber("shop/~alice", "receipts", version)).toBe(stamp);
    expect(await store.stampOfNumber("shop/~alice", "receipts", 61)).toBeUndefined();
  });
});

test("only what is written once has a number", () => {
  expect(() =>
    defineApp({ name: "shop", collections: { carts: { numbered: true } } }),
  ).toThrowError(expect.objectContaining({ code: "config", path: "collections.carts.numbered" }));
});
