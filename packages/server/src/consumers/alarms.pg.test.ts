// What consumers do besides following: they are woken by their alarms, and write what they made. On every store.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import { change, unitOf } from "../store/sample-commits.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestPostgres, type TestPostgres } from "../testing/postgres.ts";
import type { ConsumerDefinition } from "./consumer.ts";
import { type StartedConsumers, startConsumers } from "./consumer-fixture.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each<{ readonly name: string; open(): Promise<Store> }>([
  { name: "memory", open: async () => createMemoryStore() },
  { name: "SQLite", open: () => openSqliteStore({ path: ":memory:" }) },
  { name: "PostgreSQL", open: async () => openPostgresStore({ url: await postgres.database() }) },
])("a consumer on $name", ({ open }) => {
  let store: Store;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    store = await open();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await store.close();
  });
  const node = (definition: Partial<ConsumerDefinition>): StartedConsumers => {
    const started = startConsumers(definition, store);
    closing.push(started.close);
    return started;
  };
  const write = async (count: number, from = 1) => {
    for (let i = from; i < from + count; i++)
      await store.commit([unitOf("app/a", [change("put", `r${i}`)])]);
  };

  test("is woken by its alarm, once, after a failure again, and on the next server where the first is gone", async () => {
    await write(1);
    let nowMs = 1_000;
    const woken: string[] = [];
    let fails = 1;
    const handle: ConsumerDefinition["handle"] = ({ entries, due }, { wakeAt }) => {
      if (due && fails-- > 0) throw new Error("not yet");
      woken.push(`${due ? "alarm" : "entries"} ${entries.length}`);
      wakeAt(due ? null : 5_000.5);
    };
    const own = { now: () => nowMs, handle };
    const one = node(own);
    await expect.poll(() => woken).toEqual(["entries 1"]);
    await one.close();
    const two = node(own);
    await expect.poll(() => store.consumers.progress()).toMatchObject([{ behind: 0 }]);
    nowMs = 5_000;
    two.wake("app/a");
    await two.close();
    expect(woken).toEqual(["entries 1"]);
    nowMs = 5_001;
    const three = node(own);
    await expect.poll(() => woken, { timeout: 10_000 }).toEqual(["entries 1", "alarm 0"]);
    expect(three.failures).toMatchObject([{ last: false, message: "not yet" }]);
    await three.close();
    expect(
      await store.consumers.waiting({ consumer: "mails", startAt: 0, limit: 9, atMs: 1e15 }),
    ).toEqual([]);
  });

  test("writes what it made of what it read, and is not told of that; nothing where somebody came between", async () => {
    await write(3);
    const told: string[][] = [];
    const outcomes: boolean[] = [];
    const { wake } = node({
      collections: ["things"],
      async handle({ space, entries }, context) {
        told.push(entries.map(({ id }) => id));
        const head = (await store.head(space))?.stamp ?? 0;
        const fields = { count: told.length };
        const sum = (id: string) => ({ collection: "sums", id, fields });
        outcomes.push(await context.write([sum("all")], head - 1));
        outcomes.push(await context.write([sum("all")], head));
        const after = (await store.head(space))?.stamp ?? 0;
        outcomes.push(await context.write([sum("all")], after));
        outcomes.push((await store.head(space))?.stamp === after);
      },
    });
    await expect.poll(() => store.consumers.progress()).toMatchObject([{ behind: 0 }]);
    expect(told).toEqual([["r1", "r2", "r3"]]);
    expect(outcomes).toEqual([false, true, true, true]);
    const all = { collection: "sums", id: "all" };
    expect((await store.record("app/a", all))?.fields).toEqual({ count: 1 });
    await write(1, 4);
    wake("app/a");
    await expect.poll(async () => (await store.record("app/a", all))?.version).toBe(2);
    expect(told).toEqual([["r1", "r2", "r3"], ["r4"]]);
  });

  test("makes no space of one that is gone", async () => {
    await write(1);
    const outcomes: boolean[] = [];
    node({
      async handle(_batch, { write: put }) {
        await store.accounts.remove("a", "a");
        outcomes.push(await put([{ collection: "sums", id: "all", fields: {} }], 1));
      },
    });
    await expect.poll(() => outcomes).toEqual([false]);
    expect(await store.head("app/a")).toBeUndefined();
  });

  test("that was away finds more spaces than one look names", async () => {
    const spaces = Array.from({ length: 1_100 }, (_, i) => `app/s${i}`);
    await store.commit(spaces.map((space) => unitOf(space, [change("put", "r")])));
    const seen = new Set<string>();
    node({ parallel: 16, handle: ({ space }) => void seen.add(space) });
    await expect.poll(() => seen.size).toBe(1_100);
  });
});
