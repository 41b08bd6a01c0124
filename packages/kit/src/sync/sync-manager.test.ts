// The sync manager: what it does, in which order, and what it bears.

import { SynclineError } from "@syncline/core";
import { describe, expect, it } from "vitest";
import type { Event, EventStore, Transport } from "../ports.ts";
import { createReviewQueue, customResolver } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { allOf, idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createNullTransport } from "../transports/memory.ts";
import { INTEGER_ZERO } from "../versions/index.ts";
import { syncBuilder } from "./builder.ts";
import type { SyncMetrics } from "./options.ts";
import { createSyncManager } from "./sync-manager.ts";

const QUICK = { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 };

/** A store and a peer with some events each. */
async function pair(own = 3, others = 3) {
  const [store, server] = [createMemoryStore(), createMemoryStore()];
  await store.storeBatch(Array.from({ length: own }, (_, i) => makeEvent(`own-${i}`)));
  await server.storeBatch(Array.from({ length: others }, (_, i) => makeEvent(`other-${i}`)));
  return { store, server, transport: overHttp(server) };
}

describe("a sync", () => {
  it("pulls, then pushes, and sends nothing back to where it came from", async () => {
    const { store, server, transport } = await pair();
    const pushed: string[] = [];
    const spy: Transport = {
      ...transport,
      push(events, options) {
        pushed.push(...events.map(({ event }) => event.id));
        return transport.push(events, options);
      },
    };
    const manager = createSyncManager({ store, transport: spy });
    const result = await manager.sync();
    expect(result).toMatchObject({ eventsPulled: 3, eventsPushed: 3, errors: [], rejected: [] });
    expect([String(result.localVersion), String(result.remoteVersion)]).toEqual(["6", "3"]);
    expect(await manager.sync()).toMatchObject({ eventsPulled: 0, eventsPushed: 0, errors: [] });
    await server.store(makeEvent("later"));
    await manager.sync();
    await store.store(makeEvent("own-later"));
    await manager.sync();
    expect(pushed).toEqual(["own-0", "own-1", "own-2", "own-later"]);
    expect((await idsOf(store)).sort()).toEqual((await idsOf(server)).sort());
  });

  it("does one half when told so", async () => {
    const { store, server, transport } = await pair();
    expect(await createSyncManager({ store, transport, pullOnly: true }).sync()).toMatchObject({
      eventsPulled: 3,
      eventsPushed: 0,
    });
    expect(await idsOf(server)).toHaveLength(3);
    expect(await createSyncManager({ store, transport, pushOnly: true }).sync()).toMatchObject({
      eventsPulled: 0,
      eventsPushed: 3,
    });
    const manager = createSyncManager({ store, transport });
    await store.store(makeEvent("x"));
    expect(await manager.push()).toMatchObject({ eventsPushed: 1 });
    expect(await manager.pull()).toMatchObject({ eventsPulled: 0 });
  });

  it("keeps cursors of several peers apart", async () => {
    const [a, b] = [await pair(0, 2), await pair(0, 3)];
    const store = createMemoryStore();
    await b.server.store(makeEvent("only-b"));
    for (const [peer, server] of [
      ["a", a.server],
      ["b", b.server],
    ] as const) {
      const transport = { ...overHttp(server), peer };
      await createSyncManager({ store, transport }).sync();
    }
    expect((await idsOf(store)).sort()).toEqual(["only-b", "other-0", "other-1", "other-2"]);
    await createSyncManager({ store, transport: { ...overHttp(a.server), peer: "a" } }).sync();
    expect(await idsOf(a.server)).toContain("only-b");
  });

  it("begins anew with a peer that lost its log", async () => {
    const { store, transport } = await pair(2, 3);
    await createSyncManager({ store, transport }).sync();
    const replaced = createMemoryStore();
    await replaced.store(makeEvent("after"));
    const again = createSyncManager({ store, transport: overHttp(replaced) });
    await again.sync();
    expect(await idsOf(store)).toContain("after");
    expect(await idsOf(replaced)).toHaveLength(6);
  });

  it("tries again what may pass, and not what will not", async () => {
    const { store, transport } = await pair();
    let calls = 0;
    const flaky = (code: "offline" | "forbidden"): Transport => ({
      ...transport,
      async pull(since, options) {
        if (++calls < 3) throw new SynclineError(code);
        return await transport.pull(since, options);
      },
    });
    const once = createSyncManager({ store, transport: flaky("offline"), retry: QUICK });
    expect(await once.pull()).toMatchObject({ eventsPulled: 3, errors: [] });
    calls = 0;
    const never = createSyncManager({ store, transport: flaky("forbidden"), retry: QUICK });
    expect((await never.pull()).errors.map(({ code }) => code)).toEqual(["forbidden"]);
    expect(calls).toBe(1);
  });

  it("ends a call that hangs, and still does the other half", async () => {
    const { store, server, transport } = await pair();
    const hanging: Transport = { ...transport, pull: () => new Promise(() => undefined) };
    const manager = createSyncManager({
      store,
      transport: hanging,
      timeoutMs: 20,
      retry: { attempts: 1 },
    });
    const result = await manager.sync();
    expect(result.errors).toMatchObject([{ code: "unavailable" }]);
    expect(result.eventsPushed).toBe(3);
    expect(await idsOf(server)).toHaveLength(6);
  });

  it("keeps what was done before something failed, and says what was not", async () => {
    const { store, server, transport } = await pair(10, 0);
    let pushes = 0;
    const breaking: Transport = {
      ...transport,
      async push(events, options) {
        if (++pushes === 3) throw new SynclineError("forbidden");
        return await transport.push(events, options);
      },
    };
    const manager = createSyncManager({ store, transport: breaking, batchSize: 3 });
    const result = await manager.sync();
    expect(result).toMatchObject({ eventsPushed: 6, errors: [{ code: "forbidden" }] });
    expect(await manager.sync()).toMatchObject({ eventsPushed: 4, errors: [] });
    expect(await idsOf(server)).toHaveLength(10);
  });

  it("tells of events that the peer refuses, and goes on", async () => {
    const { store, server, transport } = await pair(3, 0);
    await server.store(makeEvent("own-1", { data: "other" }));
    const refused: string[] = [];
    const manager = createSyncManager({
      store,
      transport,
      hooks: {
        onRejected: ({ direction, id, error }) =>
          void refused.push(`${direction} ${id} ${error.code}`),
      },
    });
    const result = await manager.sync();
    expect(result).toMatchObject({ eventsPushed: 2, errors: [] });
    expect(refused).toEqual(["pull own-1 duplicate_event", "push own-1 duplicate_event"]);
    expect(result.rejected.map(({ direction }) => direction)).toEqual(["pull", "push"]);
  });

  it("moves no cursor when the store fails, wherever it does", async () => {
    for (const broken of [
      "storeBatch",
      "load",
      "loadByIds",
      "loadByAggregate",
      "latestVersion",
    ] as const) {
      const { store, transport } = await pair(1, 3);
      let failing = true;
      const fail = () => {
        throw new Error("the disk is on fire");
      };
      const proxy: EventStore = new Proxy(store, {
        get: (target, name) =>
          failing && name === broken ? fail : (Reflect.get(target, name) as unknown),
      });
      const manager = createSyncManager({
        store: proxy,
        transport,
        resolver: customResolver("none", () => ({ decision: "noop", events: [], reasons: [] })),
      });
      const { errors } = await manager.sync();
      expect(errors.length, broken).toBeGreaterThan(0);
      failing = false;
      expect((await manager.sync()).errors).toEqual([]);
      expect((await idsOf(store)).sort()).toEqual(["other-0", "other-1", "other-2", "own-0"]);
    }
  });

  it("gives up where it is when told so", async () => {
    const { store, transport } = await pair(10, 0);
    const giveUp = new AbortController();
    const aborting: Transport = {
      ...transport,
      async push(events, options) {
        const report = await transport.push(events, options);
        giveUp.abort();
        return report;
      },
    };
    const manager = createSyncManager({ store, transport: aborting, batchSize: 2 });
    const result = await manager.sync({ signal: giveUp.signal });
    expect(result.errors).toMatchObject([{ code: "aborted" }]);
    expect(result.localVersion).toBeUndefined();
    const rest = createSyncManager({ store, transport });
    await rest.sync();
    expect((await rest.sync()).eventsPushed).toBe(0);
  });

  it("bears what the app throws: subscribers, hooks, metrics, validation, resolvers", async () => {
    const { store, server, transport } = await pair(1, 2);
    const warnings: string[] = [];
    const fail = () => {
      throw new Error("the app's own");
    };
    const reviews = createReviewQueue(store);
    const manager = createSyncManager({
      store,
      transport,
      reviews,
      resolver: customResolver("bad", fail),
      hooks: { onConflict: fail, onResolution: fail },
      metrics: {
        recordSyncDuration: fail,
        recordSyncEvents: fail,
        recordSyncErrors: fail,
        recordConflicts: fail,
      },
      validate: ({ id }) => (id === "other-1" ? fail() : undefined),
      logger: { warn: (message) => void warnings.push(message) },
    });
    let told = 0;
    manager.subscribe(fail);
    const stop = manager.subscribe(() => void told++);
    const result = await manager.sync();
    expect(result.rejected).toMatchObject([{ id: "other-1", error: { code: "invalid" } }]);
    expect(result.errors).toMatchObject([{ code: "internal" }]);
    expect(result).toMatchObject({ eventsPulled: 1, conflictsResolved: 0, eventsPushed: 1 });
    // A conflict whose resolver failed is not lost.
    expect(await reviews.list()).toHaveLength(1);
    expect(warnings).toContain("a subscriber failed");
    expect(told).toBe(1);
    stop();
    await manager.sync();
    expect(told).toBe(1);
    expect(await idsOf(server)).toHaveLength(3);
  });

  it("counts every event once in its metrics", async () => {
    const { store, transport } = await pair(2, 3);
    const counted: unknown[][] = [];
    const metrics: SyncMetrics = {
      recordSyncDuration: (operation) => void counted.push([operation]),
      recordSyncEvents: (pushed, pulled) => void counted.push(["events", pushed, pulled]),
      recordSyncErrors: (operation, code) => void counted.push([operation, code]),
      recordConflicts: (resolved) => void counted.push(["conflicts", resolved]),
    };
    await createSyncManager({ store, transport, metrics }).sync();
    expect(counted).toEqual([["pull"], ["push"], ["events", 2, 3], ["full_sync"]]);
  });

  it("closes once, ends what is under way, and names what failed to close", async () => {
    const { store, transport } = await pair();
    const hanging: Transport = { ...transport, pull: () => new Promise(() => undefined) };
    const manager = createSyncManager({ store, transport: hanging });
    const under = manager.sync();
    const refused = { code: "closed", message: "sync operation failed: sync manager is closed" };
    const ended = expect(under).rejects.toMatchObject(refused);
    await Promise.all([manager.close(), manager.close()]);
    await ended;
    await expect(manager.sync()).rejects.toMatchObject(refused);
    await expect(store.latestVersion()).rejects.toMatchObject({ code: "closed" });
    const failing = createSyncManager({
      store: createMemoryStore(),
      transport: { ...createNullTransport(), close: () => Promise.reject(new Error("stuck")) },
    });
    await expect(failing.close()).rejects.toMatchObject({ errors: [new Error("stuck")] });
  });
});

describe("automatic sync", () => {
  it("brings news at once where the transport can tell", async () => {
    const { store, server } = await pair(0, 1);
    const { createMemoryTransport } = await import("../transports/memory.ts");
    const { observeStore } = await import("../stores/observed.ts");
    const observed = observeStore(server);
    const transport = createMemoryTransport({ store: observed, peer: "server" });
    await using manager = createSyncManager({ store, transport, intervalMs: 3_600_000 });
    await manager.startAutoSync({ live: true });
    await expect
      .poll(async () => {
        await observed.store(makeEvent(`news-${performance.now()}`));
        return (await idsOf(store)).length;
      })
      .toBeGreaterThan(1);
  });

  it("needs an interval, and a signal that is not over", async () => {
    const { store, transport } = await pair();
    const without = createSyncManager({ store, transport });
    await expect(without.startAutoSync()).rejects.toMatchObject({ code: "config" });
    const manager = createSyncManager({ store, transport, intervalMs: 5 });
    await expect(manager.startAutoSync({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    await manager.stopAutoSync();
  });
});

describe("builder", () => {
  it("says what is missing, or excludes each other", async () => {
    const store = createMemoryStore();
    expect(() => syncBuilder().build()).toThrowError("EventStore is required");
    expect(() => syncBuilder().withStore(store).build()).toThrowError("Transport is required");
    const whole = syncBuilder().withStore(store).withNullTransport();
    expect(() => whole.withPushOnly().withPullOnly().build()).toThrowError(
      "cannot set both PushOnly and PullOnly to true",
    );
    expect(() => whole.withBatchSize(0).build()).toThrowError("batchSize must be positive, got 0");
    expect(() => whole.reset().build()).toThrowError("EventStore is required");
  });

  it.each(["before", "after"])(
    "keeps the resolver when manual review is said %s it",
    async (when) => {
      const { store, transport } = await pair(2, 2);
      const decisions: string[] = [];
      const said = syncBuilder()
        .withTransport(transport)
        .withHooks({
          onResolution: (_, { decision }) => void decisions.push(decision),
        });
      const both =
        when === "before"
          ? said.withManualReview(createReviewQueue(store)).withLWW()
          : said.withLWW().withManualReview(createReviewQueue(store));
      await both.withStore(store).build().sync();
      expect(decisions.length).toBeGreaterThan(0);
      expect(decisions).not.toContain("manual_review");
    },
  );

  it("builds a manager of everything that was said", async () => {
    const { store, server, transport } = await pair(2, 2);
    const kept: string[] = [];
    const manager = syncBuilder()
      .withStore(store)
      .withTransport(transport)
      .withLWW()
      .withFilter(({ id }: Event) => id.endsWith("-1"))
      .withBatchSize(1)
      .withTimeout(1_000)
      .withRetry(QUICK)
      .withHooks({ onResolution: (_, { decision }) => void kept.push(decision) })
      .build();
    expect(await manager.sync()).toMatchObject({
      eventsPulled: 1,
      eventsPushed: 1,
      conflictsResolved: 1,
    });
    expect(kept).toHaveLength(1);
    expect(await idsOf(server)).toHaveLength(3);
    const alone = syncBuilder()
      .withStore(store)
      .withNullTransport()
      .withManualReview(createReviewQueue(store))
      .build();
    expect(await alone.sync()).toMatchObject({
      eventsPulled: 0,
      errors: [],
      remoteVersion: undefined,
    });
    expect((await alone.sync()).localVersion?.compare(INTEGER_ZERO)).toBe(1);
    expect(await allOf(store)).toHaveLength(3);
  });
});
