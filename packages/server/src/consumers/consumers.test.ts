// Background work as an app meets it: everything once or again under the same key, in order, whatever fails.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { change, unitOf } from "../store/sample-commits.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { startTestServer } from "../testing/start-server.ts";
import { type ConsumerBatch, type ConsumerDefinition, defineConsumer } from "./consumer.ts";
import {
  engineOn,
  hurriedEnvironment as environment,
  type StartedConsumers,
  startConsumers,
} from "./consumer-fixture.ts";
import { createConsumers } from "./consumers.ts";

let folder: string;
let store: Store;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-consumers-"));
  store = await openSqliteStore({ path: join(folder, "syncline.db") });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const node = (definition: Partial<ConsumerDefinition>, on: Store = store): StartedConsumers => {
  const started = startConsumers(definition, on);
  closing.push(started.close);
  return started;
};

/** Back-offs are real time in the database: what is to be tried again may be so at once. */
const hurry = (space = "app/a") =>
  expect.poll(
    async () => {
      const [claim] = await store.consumers.claim({
        atMs: 0,
        consumer: "mails",
        startAt: 0,
        leaseMs: 1,
        limit: 1,
        spaces: [space],
      });
      return claim !== undefined;
    },
    { timeout: 5_000 },
  );

const write = async (count: number, space = "app/a", from = 1, collection = "things") => {
  for (let i = from; i < from + count; i++)
    await store.commit([unitOf(space, [change("put", `r${i}`, { i }, collection)])]);
};
const ids = (batches: readonly ConsumerBatch[]) =>
  batches.flatMap(({ entries }) => entries.map(({ id }) => id));
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `r${from + i}`);

describe("a consumer", () => {
  test("gets what was committed before and after it began, in order, under keys of their own", async () => {
    await write(25);
    const batches: ConsumerBatch[] = [];
    const { wake } = node({ batch: 10, handle: (batch) => void batches.push(batch) });
    await expect.poll(() => ids(batches)).toEqual(upTo(25));
    await write(5, "app/a", 26);
    wake("app/a");
    await expect.poll(() => ids(batches)).toEqual(upTo(30));
    const keys = batches.flatMap(({ entries }) => entries.map(({ key }) => key));
    expect(new Set(keys).size).toBe(30);
    expect(keys[0]).toMatch(/^mails\/app\/a\/\d+$/);
    expect(batches[0]).toMatchObject({ app: "app", space: "app/a", compacted: false });
    expect(batches[0]?.entries[0]).toMatchObject({ op: "put", fields: { i: 1 } });
  });

  test("that begins now leaves alone what was before; one with filters gets nothing else", async () => {
    await write(3);
    const batches: ConsumerBatch[] = [];
    const own = { collections: ["notes"], apps: ["app"] };
    const { wake } = node({ ...own, startAt: "now", handle: (batch) => void batches.push(batch) });
    await expect.poll(() => store.consumers.progress()).toHaveLength(1);
    // Stamps follow the clock of commits: the sample's lies before now.
    await write(2, "app/a", 10, "notes");
    wake("app/a");
    await expect
      .poll(() => store.consumers.progress())
      .toMatchObject([{ consumer: "mails", behind: 0 }]);
    expect(ids(batches)).toEqual([]);
  });

  test("goes on where it was, on the next server", async () => {
    await write(4);
    const first: ConsumerBatch[] = [];
    const one = node({ handle: (batch) => void first.push(batch) });
    await expect.poll(() => ids(first)).toEqual(upTo(4));
    await one.close();
    await write(3, "app/a", 5);
    const second: ConsumerBatch[] = [];
    node({ handle: (batch) => void second.push(batch) });
    await expect.poll(() => ids(second)).toEqual(upTo(3, 5));
  });

  test("gets again, under the same key, what a server died over; the dead one moves nothing when it wakes", async () => {
    await write(3);
    const frozen: ConsumerBatch[] = [];
    const wakeUp = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const one = createConsumers({
      store,
      engine: () => engineOn(store),
      definitions: [
        {
          name: "mails",
          startAt: "beginning",
          leaseMs: 1_000,
          async handle(batch, { signal }) {
            frozen.push(batch);
            signals.push(signal);
            await wakeUp.promise;
          },
        },
      ],
      environment: { ...environment, setTimer: () => () => undefined }, // it renews nothing
      events: { handled: () => undefined, failed: () => undefined, stalled: () => undefined },
    });
    one.start();
    await expect.poll(() => frozen.length).toBe(1);
    const again: ConsumerBatch[] = [];
    node({ handle: (batch) => void again.push(batch) });
    await expect.poll(() => ids(again), { timeout: 5_000 }).toEqual(upTo(3));
    expect(again[0]?.entries.map(({ key }) => key)).toEqual(
      frozen[0]?.entries.map(({ key }) => key),
    );
    await write(1, "app/a", 4);
    wakeUp.resolve();
    await one.close();
    await expect.poll(() => ids(again), { timeout: 5_000 }).toEqual(upTo(4));
    expect(frozen).toHaveLength(1);
  });

  test("is told to stop when its space was taken over", async () => {
    await write(1);
    let signal: AbortSignal | undefined;
    const over = Promise.withResolvers<void>();
    node({
      leaseMs: 1_000,
      async handle(_batch, context) {
        signal = context.signal;
        await over.promise;
      },
    });
    await expect.poll(() => signal).toBeDefined();
    await store.consumers.forget("mails");
    await expect.poll(() => signal?.aborted, { timeout: 5_000 }).toBe(true);
    over.resolve();
  });

  test("lets go of a space whose lease was being renewed as its work ended", async () => {
    await write(1);
    const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const consumers: Store["consumers"] = {
      ...store.consumers,
      async renew(...given) {
        asked.resolve();
        await answered.promise;
        return await store.consumers.renew(...given);
      },
    };
    const handled: string[] = [];
    const { wake } = node(
      {
        async handle({ entries }) {
          await asked.promise;
          handled.push(...entries.map(({ id }) => id));
        },
      },
      { ...store, consumers },
    );
    await expect.poll(() => store.consumers.progress()).toMatchObject([{ behind: 0 }]);
    answered.resolve();
    await write(1, "app/a", 2);
    wake("app/a");
    await expect.poll(() => handled).toEqual(["r1", "r2"]);
  });

  test("that fails tries again later; what does not work in the end is put aside, and the rest goes on in order", async () => {
    await write(5);
    const handled: string[] = [];
    const attempts = new Map<string, number>();
    let broken = true;
    const { failures } = node({
      attempts: 2,
      handle({ entries }) {
        for (const { id } of entries) {
          attempts.set(id, (attempts.get(id) ?? 0) + 1);
          if (id === "r3" && broken) throw new Error("no such address");
        }
        handled.push(...entries.map(({ id }) => id));
      },
    });
    await expect.poll(() => handled.at(-1), { timeout: 10_000 }).toBe("r5");
    expect(handled).toEqual(["r1", "r2", "r4", "r5"]);
    expect(failures.map(({ last }) => last)).toEqual([false, false, true]);
    const letters = await store.consumers.letters({ limit: 10 });
    expect(letters).toMatchObject([{ entry: { id: "r3" }, attempts: 2, error: "no such address" }]);
    broken = false;
    await store.consumers.revive({ consumer: "mails" });
    await expect.poll(() => handled.at(-1), { timeout: 5_000 }).toBe("r3");
    expect(await store.consumers.letters({ limit: 10 })).toEqual([]);
  });

  test("is told when history that it had not seen was removed, and reads what there is", async () => {
    await write(6);
    await store.commit([unitOf("app/a", [change("delete", "r6")])]);
    const head = await store.head("app/a");
    await store.compact("app/a", head?.stamp ?? 0);
    await write(1, "app/a", 7);
    const batches: ConsumerBatch[] = [];
    const read: string[] = [];
    node({
      async handle(batch, { records }) {
        batches.push(batch);
        if (batch.compacted) for await (const { id } of records()) read.push(id);
      },
    });
    await expect.poll(() => batches.length).toBe(1);
    expect(batches[0]?.compacted).toBe(true);
    expect(read.sort()).toEqual([...upTo(5), "r7"]);
  });

  test("a space goes to one node at a time, and many spaces to both", async () => {
    for (let i = 0; i < 40; i++) await write(2, `app/s${i}`);
    const other = await openSqliteStore({ path: join(folder, "syncline.db") });
    closing.push(() => other.close());
    const atOnce = new Map<string, number>();
    const problems: string[] = [];
    const done: string[][] = [[], []];
    for (const [i, on] of [store, other].entries()) {
      node(
        {
          async handle({ space, entries }) {
            const now = (atOnce.get(space) ?? 0) + 1;
            atOnce.set(space, now);
            if (now > 1) problems.push(space);
            await new Promise((resolve) => setTimeout(resolve, 5));
            atOnce.set(space, now - 1);
            done[i]?.push(...entries.map(({ id }) => `${space} ${id}`));
          },
        },
        on,
      );
    }
    await expect.poll(() => done.flat().length, { timeout: 10_000 }).toBe(80);
    expect(new Set(done.flat()).size).toBe(80);
    expect(problems).toEqual([]);
    expect(done.map((list) => list.length > 0)).toEqual([true, true]);
  });

  test("finishes the batch at hand when the server closes, and begins no other", async () => {
    await write(4);
    const handled: string[] = [];
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { close } = node({
      batch: 2,
      async handle({ entries }) {
        begun.resolve();
        await go.promise;
        handled.push(...entries.map(({ id }) => id));
      },
    });
    await begun.promise;
    const closed = close();
    go.resolve();
    await closed;
    expect(handled).toEqual(["r1", "r2"]);
    const [claim] = await store.consumers.claim({
      atMs: 0,
      consumer: "mails",
      startAt: 0,
      leaseMs: 1_000,
      limit: 1,
    });
    expect(claim).toMatchObject({ space: "app/a", attempts: 0 });
    expect(
      (await store.history({ space: "app/a", after: claim?.checkpoint ?? 0, limit: 9 })).length,
    ).toBe(2);
    await hurry("app/none").toBe(false);
  });
});

test("on a server: wakes with a push, counts in the metrics, is drained at the end", async () => {
  const seen: string[] = [];
  const server = await startTestServer({
    store: createMemoryStore(),
    server: {
      consumers: [
        defineConsumer({
          name: "echo",
          handle: ({ entries }) => void seen.push(...entries.map(({ id }) => id)),
        }),
      ],
    },
  });
  await expect.poll(() => server.store.consumers.progress()).toHaveLength(1);
  const time = `${new Date().toISOString()}-0000-c1`;
  const changes = [{ collection: "todos", id: "t1", op: "put", time, fields: {} }];
  const body = {
    clientId: "c1",
    now: time,
    cursor: null,
    mutations: [{ id: 1, seen: null, changes }],
  };
  await server.call("alice", "/v1/todo/~/sync", { method: "POST", body: JSON.stringify(body) });
  await expect.poll(() => seen, { timeout: 1_000 }).toEqual(["t1"]);
  await expect
    .poll(async () => await (await fetch(`${server.url}/metrics`)).text())
    .toContain('syncline_consumer_entries_total{consumer="echo"} 1');
  await server.close();
});

test.each([
  ["a name with spaces", { name: "two words" }],
  ["no name", { name: "" }],
  ["no work", { name: "a", handle: undefined }],
  ["a batch of nothing", { name: "a", batch: 0 }],
  ["half an attempt", { name: "a", attempts: 0.5 }],
  ["a lease of a moment", { name: "a", leaseMs: 10 }],
])("%s is refused by name", (_, wrong) => {
  const definition = { handle: () => undefined, ...wrong } as ConsumerDefinition; // as JavaScript would give it
  expect(() => defineConsumer(definition)).toThrow(
    expect.objectContaining({ code: "config", path: "consumers" }),
  );
});

test("two consumers of one name are refused", () => {
  const twice = { name: "a", handle: () => undefined };
  const events = { handled: () => undefined, failed: () => undefined, stalled: () => undefined };
  const create = () =>
    createConsumers({
      store,
      engine: () => engineOn(store),
      definitions: [twice, twice],
      environment,
      events,
    });
  expect(create).toThrow("Two consumers");
});
