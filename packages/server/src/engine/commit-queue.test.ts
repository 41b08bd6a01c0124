import { SynclineError } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { type BusMessage, createMemoryBus } from "../bus/index.ts";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

/** A real store of which commits are counted, and can be made to fail before or after they are done. */
function watched(inner: Store) {
  const calls: string[][] = [];
  const fail: { when: "before" | "after"; if: (spaces: readonly string[]) => boolean }[] = [];
  const commit: Store["commit"] = async (units) => {
    const spaces = units.map(({ space }) => space);
    calls.push(spaces);
    const failure = fail.find((one) => one.if(spaces));
    const away = () => new SynclineError("unavailable", "The database is away.", { retryAfter: 1 });
    if (failure?.when === "before") throw away();
    const results = await inner.commit(units);
    if (failure !== undefined) throw away();
    return results;
  };
  return { store: { ...inner, commit } satisfies Store, calls, fail };
}

function devices(world: TestEngine, count: number, space = "todo/~") {
  return Array.from({ length: count }, (_, i) =>
    createRawClient(world, { userId: "alice", clientId: `device${i}`, space }),
  );
}

/** Makes the spaces first, so that only pushes are counted afterwards. */
async function warmUp(world: TestEngine, calls: unknown[], ...spaces: string[]): Promise<void> {
  for (const space of spaces) {
    const [client] = devices(world, 1, space);
    await client?.sync();
  }
  calls.splice(0);
}

describe.each([
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ path: ":memory:" })],
] as const)("pushes that wait together, on the %s store", (_name, openStore) => {
  test("share one commit, and each gets its own answer", async () => {
    const { store, calls } = watched(await openStore());
    const world = createTestEngine({ store });
    await warmUp(world, calls, "todo/~", "todo/team");
    const clients = [...devices(world, 20), ...devices(world, 20, "todo/team")];
    const answers = await Promise.all(
      clients.map((client, i) => client.push(client.change("put", "todos", `t${i}`, { i }))),
    );
    expect(answers).toEqual(clients.map(() => ({ id: 1, status: "applied" })));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toHaveLength(40);
    expect(await store.check()).toEqual([]);
  });

  test("[G1] when their commit fails, each is tried once more by itself, and none suffers for another", async () => {
    const { store, calls, fail } = watched(await openStore());
    const world = createTestEngine({ store });
    await warmUp(world, calls, "todo/~", "todo/good", "todo/bad");
    fail.push({ when: "before", if: (spaces) => spaces.includes("todo/bad") });
    const [good] = devices(world, 1, "todo/good");
    const [bad] = devices(world, 1, "todo/bad");
    const [own] = devices(world, 1);
    const answers = await Promise.allSettled(
      [good, bad, own].map((client) => client?.push(client.change("put", "todos", "t1", { n: 1 }))),
    );
    expect(answers).toMatchObject([
      { status: "fulfilled", value: { status: "applied" } },
      { status: "rejected", reason: { code: "unavailable", retryAfter: 1 } },
      { status: "fulfilled", value: { status: "applied" } },
    ]);
    expect((await store.head("todo/bad"))?.stamp).toBe(0);
    expect(
      await store.client("todo/bad", { userId: "alice", clientId: "device0" }),
    ).toBeUndefined();
    expect(calls.map(({ length }) => length)).toEqual([3, 1, 1, 1]);
  });

  test("[G3] when a commit was done and its answer lost, the retry is recognised", async () => {
    const { store, calls, fail } = watched(await openStore());
    const world = createTestEngine({ store });
    await warmUp(world, calls, "todo/~");
    fail.push({ when: "after", if: (spaces) => spaces.length > 1 });
    const clients = devices(world, 3);
    const results = await Promise.all(
      clients.map((client) =>
        client.sync([client.mutation(client.change("put", "stats", "s1", { hits: 1 }))], {
          policies: { stats: "counter" },
        }),
      ),
    );
    const statuses = results.map(({ results: [result] }) => result?.status);
    expect(statuses).toEqual(["duplicate", "duplicate", "duplicate"]);
    const [client] = clients;
    await client?.catchUp();
    expect(client?.records.get("stats/s1")?.fields).toEqual({ hits: 3 });
  });

  test("[G1] a store that is away acknowledges nothing; the same push succeeds when it is back", async () => {
    const { store, calls, fail } = watched(await openStore());
    const world = createTestEngine({ store });
    await warmUp(world, calls, "todo/~");
    fail.push({ when: "before", if: () => true });
    const [client] = devices(world, 1);
    if (client === undefined) return;
    const mutation = client.mutation(client.change("put", "todos", "t1", { n: 1 }));
    await expect(client.sync([mutation])).rejects.toMatchObject({ code: "unavailable" });
    fail.splice(0);
    expect((await client.sync([mutation])).results).toEqual([{ id: 1, status: "applied" }]);
  });

  test("[G6] pushes of one client that wait together are done in their order", async () => {
    const { store, calls } = watched(await openStore());
    const world = createTestEngine({ store });
    await warmUp(world, calls, "todo/~");
    const [client] = devices(world, 1);
    if (client === undefined) return;
    const mutations = [1, 2, 3].map((n) =>
      client.mutation(client.change("put", "todos", "t1", { n })),
    );
    const answers = await Promise.all(mutations.map((mutation) => client.sync([mutation])));
    expect(answers.map(({ results: [result] }) => result?.status)).toEqual([
      "applied",
      "applied",
      "applied",
    ]);
    expect(calls).toHaveLength(1);
    await client.catchUp();
    expect(client.records.get("todos/t1")?.fields).toEqual({ n: 3 });
  });
});

test("a push whose decision goes wrong fails by itself, and its neighbours in the group do not", async () => {
  const { store, calls } = watched(createMemoryStore());
  const world = createTestEngine({ store });
  await warmUp(world, calls, "todo/~");
  const [good, bad] = devices(world, 2);
  if (good === undefined || bad === undefined) return;
  bad.cursor = "1.other.0.all.00000000";
  const answers = await Promise.allSettled(
    [bad, good].map((client) => client.push(client.change("put", "todos", "t1", { n: 1 }))),
  );
  expect(answers).toMatchObject([
    { status: "rejected", reason: { code: "invalid", path: "cursor" } },
    { status: "fulfilled", value: { status: "applied" } },
  ]);
  expect(calls).toHaveLength(1);
});

test("[G11] as many pushes wait as may wait; one more is told to come again", async () => {
  const world = createTestEngine({ maxWaiting: 10 });
  await warmUp(world, [], "todo/~");
  const answers = await Promise.allSettled(
    devices(world, 15).map((client) => client.push(client.change("put", "todos", "t1", { n: 1 }))),
  );
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(5);
  for (const answer of refused) {
    expect(answer).toMatchObject({ reason: { code: "unavailable", retryAfter: 1 } });
  }
  const late = createRawClient(world, { userId: "alice", clientId: "late" });
  expect(await late.push(late.change("put", "todos", "t2", {}))).toMatchObject({
    status: "applied",
  });
});

test("[G11] a busy space does not keep the others waiting: a group takes of each in turn", async () => {
  const { store, calls } = watched(createMemoryStore());
  const world = createTestEngine({ store });
  await warmUp(world, calls, "todo/busy", "todo/quiet");
  const busy = devices(world, 9, "todo/busy");
  const [quiet] = devices(world, 1, "todo/quiet");
  if (quiet === undefined) return;
  const changes = (client: typeof quiet) =>
    Array.from({ length: 1_000 }, (_, i) => client.change("put", "todos", `t${i}`, { i }));
  await Promise.all([...busy, quiet].map((client) => client.push(...changes(client))));
  expect(calls.length).toBeGreaterThan(1);
  expect(calls[0]?.slice(0, 2)).toEqual(["todo/busy", "todo/quiet"]);
});

test("drain waits until everything that was accepted is committed and published", async () => {
  const hints: BusMessage[] = [];
  const bus = createMemoryBus();
  bus.subscribe("todo/~alice", (hint) => hints.push(hint));
  const world = createTestEngine({ bus });
  await warmUp(world, [], "todo/~");
  const pushes = devices(world, 3).map((client) =>
    client.push(client.change("put", "todos", client.clientId, {})),
  );
  await new Promise<void>((resolve) => setImmediate(resolve));
  await world.engine.drain();
  expect((await world.store.head("todo/~alice"))?.tallies["todos"]?.count).toBe(3);
  await Promise.all(pushes);
  expect(hints.map(({ space }) => space)).toEqual(Array(3).fill("todo/~alice"));
  await world.engine.drain();
});

test("a bus that fails is reported, and changes nothing for the client", async () => {
  const publish = () => {
    throw new Error("no connection");
  };
  const world = createTestEngine({ bus: { ...createMemoryBus(), publish } });
  const [client] = devices(world, 1);
  expect(await client?.push(client.change("put", "todos", "t1", {}))).toMatchObject({
    status: "applied",
  });
  expect(world.failures).toMatchObject([{ thrown: { message: "no connection" } }]);
});
