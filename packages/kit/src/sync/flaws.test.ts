// The flaws of the original in syncing, conflicts and clocks, by their numbers: ours does not have them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EventStore, StoredEvent } from "../ports.ts";
import { createReviewQueue, lastWriteWins, manualReview } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { observeStore } from "../stores/observed.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { openVersionedStore } from "../stores/versioned.ts";
import { allOf, idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createMemoryTransport } from "../transports/memory.ts";
import { IntegerVersion, parseVectorClock, VectorClock } from "../versions/index.ts";
import type { SyncOptions } from "./options.ts";
import { createSyncManager } from "./sync-manager.ts";

function manager(store: EventStore, peer: EventStore, options: Partial<SyncOptions> = {}) {
  return createSyncManager({
    store,
    transport: overHttp(peer),
    retry: { attempts: 1 },
    ...options,
  });
}

const node = async (nodeId: string, store = createMemoryStore()) =>
  await openVersionedStore({ store, nodeId });

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
});

describe("sync converges", () => {
  it("flaw 1: two clients with one offline event each and a server have all three the same", async () => {
    const [server, a, b] = [createMemoryStore(), createMemoryStore(), createMemoryStore()];
    await a.store(makeEvent("of-a"));
    await b.store(makeEvent("of-b"));
    const managers = [manager(a, server), manager(b, server), manager(a, server)];
    for (const one of managers) expect((await one.sync()).errors).toEqual([]);
    for (const store of [server, a, b])
      expect((await idsOf(store)).sort()).toEqual(["of-a", "of-b"]);
  });

  it("flaw 2: a first sync over HTTP works, from nothing", async () => {
    const result = await manager(createMemoryStore(), createMemoryStore()).sync();
    expect(result).toMatchObject({ eventsPushed: 0, eventsPulled: 0, errors: [] });
  });

  it("flaw 3: an empty server can be pushed to", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    await store.store(makeEvent("first"));
    expect(await manager(store, server).sync()).toMatchObject({ eventsPushed: 1, errors: [] });
    expect(await idsOf(server)).toEqual(["first"]);
  });

  it("flaw 4: a filter leaves events out, and no later sync fetches them again", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    const only = manager(store, server, { filter: ({ type }) => type === "Kept" });
    for (let round = 0; round < 3; round++) {
      await server.store(makeEvent(`kept-${round}`, { type: "Kept" }));
      await server.store(makeEvent(`left-${round}`, { type: "Left" }));
      await store.store(makeEvent(`own-${round}`, { type: "Left" }));
      expect(await only.sync()).toMatchObject({ eventsPulled: 1, eventsPushed: 0, errors: [] });
    }
    expect((await idsOf(server)).filter((id) => id.startsWith("own"))).toEqual([]);
    expect((await idsOf(store)).filter((id) => id.startsWith("left"))).toEqual([]);
  });

  it("flaw 5: an event that is there already is pulled without harm", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    for (const one of [store, server]) await one.store(makeEvent("both"));
    await server.store(makeEvent("new"));
    expect(await manager(store, server).sync()).toMatchObject({ eventsPulled: 1, errors: [] });
    expect(await idsOf(store)).toEqual(["both", "new"]);
  });
});

describe("conflicts", () => {
  it("flaw 6: are found with real stores", async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
    const server = await openSqliteStore({ path: join(folder, "server.db") });
    const a = await node("a", await openSqliteStore({ path: join(folder, "a.db") }));
    const b = await node("b");
    await a.store(makeEvent("of-a"));
    await b.store(makeEvent("of-b"));
    await manager(a, server).sync();
    const { conflicts, conflictsResolved } = await manager(b, server, {
      resolver: lastWriteWins,
    }).sync();
    expect(conflictsResolved).toBe(1);
    expect(conflicts[0]?.conflict).toMatchObject({
      relation: "concurrent",
      local: { event: { id: "of-b" } },
      remote: { event: { id: "of-a" } },
      changedFields: ["id"],
    });
    await Promise.all([server.close(), a.close()]);
  });

  it("flaw 7: drop no event beside them, whatever the resolver keeps", async () => {
    const [server, a, b] = [createMemoryStore(), await node("a"), await node("b")];
    for (const id of ["clash", "other-1", "other-2"])
      await a.store(makeEvent(id, { aggregateId: id === "clash" ? "x" : id }));
    await b.store(makeEvent("mine", { aggregateId: "x" }));
    await manager(a, server).sync();
    const keepLocal = {
      name: "local",
      resolve: (c: { local: StoredEvent }) => ({
        decision: "keep_local" as const,
        events: [c.local.event],
        reasons: [],
      }),
    };
    const result = await manager(b, server, { resolver: keepLocal }).sync();
    expect(result).toMatchObject({
      eventsPulled: 3,
      conflictsResolved: 1,
      errors: [],
      rejected: [],
    });
    expect((await idsOf(b)).sort()).toEqual(["clash", "mine", "other-1", "other-2"]);
  });

  it("flaw 8: the last write is told by time, not by places in logs, and both sides agree", async () => {
    const clock = (ms: number) => ({
      now: () => ms,
      random: () => 0,
      setTimer: () => () => undefined,
    });
    const server = createMemoryStore();
    const open = (nodeId: string, ms: number) =>
      openVersionedStore({ store: createMemoryStore(), nodeId, environment: clock(ms) });
    const [late, early] = [await open("late", 20_000), await open("early", 10_000)];
    await late.store(makeEvent("written-late"));
    // Far ahead in its own log.
    for (let i = 0; i < 5; i++)
      await early.store(makeEvent(`filler-${i}`, { aggregateId: "other" }));
    await early.store(makeEvent("written-early"));
    const winners: string[] = [];
    const hooks: SyncOptions["hooks"] = {
      onResolution: (_, { events }) => void winners.push(...events.map(({ id }) => id)),
    };
    const options = { resolver: lastWriteWins, hooks };
    const managers = [late, early].map((store) => manager(store, server, options));
    for (const one of [...managers, ...managers]) await one.sync();
    expect(winners).toEqual(["written-late", "written-late"]);
  });

  it("flaw 9: what waits for a person is kept with both sides, flagged, and settled everywhere", async () => {
    const [server, a, b] = [createMemoryStore(), await node("a"), await node("b")];
    const reviews = [createReviewQueue(a), createReviewQueue(b)] as const;
    const resolver = manualReview("prices differ");
    const [ofA, ofB] = [
      manager(a, server, { resolver, reviews: reviews[0] }),
      manager(b, server, { resolver, reviews: reviews[1] }),
    ];
    await a.store(makeEvent("of-a", { data: { price: 1, name: "x" } }));
    await b.store(makeEvent("of-b", { data: { price: 2, name: "x" } }));
    await ofA.sync();
    const { conflicts, conflictsResolved } = await ofB.sync();
    await ofA.sync();
    expect(conflictsResolved).toBe(0);
    expect(conflicts[0]).toMatchObject({
      resolution: {
        decision: "manual_review",
        reasons: ["manual review required", "prices differ"],
      },
      conflict: { changedFields: ["price"] },
    });
    expect((await idsOf(b)).sort()).toEqual(["of-a", "of-b"]);
    const [item] = await createReviewQueue(b).list();
    expect([item?.conflict.local.event.id, item?.conflict.remote.event.id]).toEqual([
      "of-b",
      "of-a",
    ]);
    expect(await reviews[0].list()).toHaveLength(1);
    await reviews[1].resolve(
      item?.id ?? "",
      makeEvent("agreed", { data: { price: 3, name: "x" } }),
    );
    expect(await reviews[1].list()).toEqual([]);
    await ofB.sync();
    expect(await ofA.sync()).toMatchObject({ eventsPulled: 1, conflicts: [] });
    expect(await reviews[0].list()).toEqual([]);
    expect((await a.heads("a")).map(({ event }) => event.id)).toEqual(["agreed"]);
  });
});

describe("clocks and cursors", () => {
  it("flaw 10: clocks are stored, sent, and found again", async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
    const path = join(folder, "a.db");
    const [server, b] = [createMemoryStore(), await node("b")];
    const first = await node("a", await openSqliteStore({ path }));
    await first.store(makeEvent("one"));
    await manager(first, server).sync();
    await first.close();
    const again = await node("a", await openSqliteStore({ path }));
    expect((await again.currentClock()).toString()).toBe('{"a":1}');
    await manager(b, server).sync();
    await b.store(makeEvent("two"));
    const [, two] = await allOf(b);
    expect(two?.event.metadata).toMatchObject({ vector_clock: '{"a":1,"b":1}', origin_node: "b" });
    expect((await b.heads("a")).map(({ event }) => event.id)).toEqual(["two"]);
    await again.close();
  });

  it("flaw 11: a subscription goes on from where it was, and loses nothing", async () => {
    const server = observeStore(createMemoryStore());
    const transport = createMemoryTransport({ store: server, peer: "server", pageEvents: 2 });
    await server.storeBatch(["a", "b", "c", "d", "e"].map((id) => makeEvent(id)));
    const seen: string[] = [];
    const subscription = await transport.subscribe(
      ({ events }) => void seen.push(...events.map(({ event }) => event.id)),
      { since: new IntegerVersion(1n) },
    );
    await expect.poll(() => seen).toEqual(["b", "c", "d", "e"]);
    await server.store(makeEvent("f"));
    await expect.poll(() => seen.at(-1)).toBe("f");
    await subscription.stop();
  });

  it("flaw 12: cursors are never negative, and counters are exact to 2^64 - 1", async () => {
    const text = '{"a":18446744073709551615}';
    expect(parseVectorClock(text).toString()).toBe(text);
    expect(new IntegerVersion(2n ** 64n - 1n).compare(new IntegerVersion(1n))).toBe(1);
    const store = createMemoryStore();
    await store.store(makeEvent("a"));
    const events: StoredEvent[] = [];
    for await (const one of store.load(new IntegerVersion(2n ** 64n - 1n))) events.push(one);
    expect(events).toEqual([]);
    expect(new VectorClock([["a", 10n]]).compare(new VectorClock([["a", 9n]]))).toBe(1);
  });
});
