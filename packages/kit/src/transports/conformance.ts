// What every transport must do: the port's promises as tests. A transport is right when this passes on it.

import { createSeededRandom } from "@syncline/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textsToEvent } from "../event/check-event.ts";
import { ExactNumber } from "../event/exact-number.ts";
import type {
  ConnectionStatus,
  Event,
  EventStore,
  PullPage,
  StoredEvent,
  Transport,
  Version,
} from "../ports.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { type ObservedStore, observeStore } from "../stores/observed.ts";
import { createSyncManager } from "../sync/sync-manager.ts";
import { createFaultyTransport } from "../testing/faulty-transport.ts";
import { IntegerVersion } from "../versions/index.ts";

export interface TransportHarness {
  /** Opens a transport to a peer that has this store. */
  open(store: ObservedStore): Promise<Transport>;
  /** Breaks the peer's connections for a moment; undefined where there are none. */
  interrupt?(): Promise<void>;
  /** It hands on the events themselves: how deep they are nested is seen where they are written and read. */
  readonly isDirect?: true;
  /** Ends what `open` began. */
  cleanUp?(): Promise<void>;
}

const LONG = "x".repeat(1_025);
const PATIENCE = { timeout: 15_000, interval: 10 };

/** Runs the suite on a transport. */
export function describeTransport(name: string, harness: TransportHarness): void {
  describe(`transport: ${name}`, { timeout: 60_000 }, () => {
    let remote: ObservedStore;
    let transport: Transport;
    beforeEach(async () => {
      remote = observeStore(createMemoryStore());
      transport = await harness.open(remote);
    });
    afterEach(async () => {
      await transport.close();
      await harness.cleanUp?.();
      await remote.close();
    });

    it("[TP1] asks nobody to push nothing", async () => {
      await remote.close();
      expect(await transport.push([])).toEqual({ rejected: [] });
    });

    it("[TP2] pushes events, says what was refused, and takes the same again", async () => {
      const events = [stored("a", 1), stored("b", 2)];
      expect(await transport.push(events)).toEqual({ rejected: [] });
      expect(await transport.push(events)).toEqual({ rejected: [] });
      const report = await transport.push([stored("a", 1, { data: "other" }), stored("c", 3)]);
      expect(report.rejected.map(({ id, error }) => [id, error.code])).toEqual([
        ["a", "duplicate_event"],
      ]);
      expect(await ids(remote)).toEqual(["a", "b", "c"]);
    });

    it("[TP2] sends what it prepared when that is pushed, and not before", async () => {
      const [first, second] = [[stored("a", 1)], [stored("b", 2)]];
      transport.prepare?.(first);
      transport.prepare?.(second);
      expect((await transport.latestVersion()).isZero()).toBe(true);
      expect(await transport.push(second)).toEqual({ rejected: [] });
      expect(await transport.push(first)).toEqual({ rejected: [] });
      expect(await ids(remote)).toEqual(["b", "a"]);
    });

    it("[TP3] pulls page by page, in order, from any version", async () => {
      expect(await transport.pull(null)).toEqual({ events: [], next: null, more: false });
      expect((await transport.latestVersion()).isZero()).toBe(true);
      await remote.storeBatch(Array.from({ length: 25 }, (_, i) => event(`e${i}`)));
      const seen: string[] = [];
      let since: Version | null = null;
      for (let round = 0; round < 50; round++) {
        const page: PullPage = await transport.pull(since, { limit: 10 });
        expect(page.events.length).toBeLessThanOrEqual(10);
        seen.push(...page.events.map(({ event: { id } }) => id));
        since = page.next ?? since;
        if (!page.more) break;
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `e${i}`));
      expect((await transport.latestVersion()).toString()).toBe("25");
      expect((await transport.pull(new IntegerVersion(2n ** 62n))).events).toEqual([]);
    });

    it("[TP4] brings everything as it was", async () => {
      const events = [
        event("odd", { data: { text: "<&>\u2028 \u{1f600}", n: [1.5, -2, 1e21, null] } }),
        event("exact", { data: new ExactNumber("9007199254740993"), aggregateId: "" }),
        event("meta", { metadata: { vector_clock: '{"a":1}', nested: { deep: [true] } } }),
        event("large", { data: "x".repeat(500_000) }),
        event("null", { data: null }),
      ];
      await transport.push(events.map((one, i) => ({ event: one, version: position(i + 1) })));
      const there = await all(remote);
      expect(there.map(({ event: one }) => one)).toEqual(events);
      expect(await pullAll(transport)).toEqual(there);
    });

    it("[TP4] brings more in one push than one message can carry", async () => {
      const text = "x".repeat(250_000);
      const events = Array.from({ length: 40 }, (_, i) => stored(`e${i}`, i + 1, { data: text }));
      await transport.push(events);
      expect(await ids(remote)).toHaveLength(40);
      expect(await pullAll(transport)).toHaveLength(40);
    });

    it("[TP2] refuses each event that cannot be kept, and takes the others", async () => {
      const report = await transport.push([
        stored("good-1", 1),
        stored(LONG, 2),
        nested("deep", 300, 3),
        stored("large", 4, { data: "x".repeat(1_100_000) }),
        nested("good-2", 120, 5),
      ]);
      const refused = harness.isDirect ? [LONG, "large"] : [LONG, "deep", "large"];
      expect(report.rejected.map(({ id }) => id)).toEqual(refused);
      const there = ["good-1", LONG, "deep", "large", "good-2"].filter(
        (id) => !refused.includes(id),
      );
      expect(await ids(remote)).toEqual(there);
    });

    it("[TP3] hands on what a peer keeps that is nested too deep, and it holds up no other", async () => {
      const events = [stored("good-1", 1), nested("deep", 300, 2), nested("good-2", 120, 3)];
      for (const { event: one } of events) await remote.store(one);
      const local = createMemoryStore();
      const manager = createSyncManager({ store: local, transport, batchSize: 1 });
      const { errors, rejected } = await manager.pull();
      const refused = harness.isDirect ? [] : ["deep"];
      expect([errors, rejected.map(({ id }) => id)]).toEqual([[], refused]);
      expect(await ids(local)).toEqual(
        events.map(({ event: { id } }) => id).filter((id) => !refused.includes(id)),
      );
      expect((await manager.sync()).errors).toEqual([]);
    });

    it("[TP5] hands on what was there and what comes, in order", async () => {
      await remote.storeBatch([event("a"), event("b"), event("c")]);
      const seen: string[] = [];
      const subscription = await transport.subscribe(
        ({ events }) => void seen.push(...events.map(({ event: { id } }) => id)),
        { since: position(1) },
      );
      await expect.poll(() => seen, PATIENCE).toEqual(["b", "c"]);
      await remote.store(event("d"));
      await expect.poll(() => seen, PATIENCE).toEqual(["b", "c", "d"]);
      await harness.interrupt?.();
      await remote.store(event("e"));
      await expect.poll(() => seen, PATIENCE).toEqual(["b", "c", "d", "e"]);
      await subscription.stop();
      await subscription.stop();
      await remote.store(event("f"));
      await transport.latestVersion();
      expect(seen).toEqual(["b", "c", "d", "e"]);
    });

    it("[TP5] gives a page again to a handler that failed, and says so", async () => {
      await remote.store(event("a"));
      const failures: unknown[] = [];
      const seen: string[] = [];
      let attempts = 0;
      const subscription = await transport.subscribe(
        ({ events }) => {
          if (attempts++ < 2) throw new Error("not now");
          seen.push(...events.map(({ event: { id } }) => id));
        },
        { failed: (error) => void failures.push(error) },
      );
      await expect.poll(() => seen, PATIENCE).toEqual(["a"]);
      expect(failures).toHaveLength(2);
      await subscription.stop();
    });

    it("[TP6] lets callers give up", async () => {
      const refused = { code: "aborted" };
      const signal = AbortSignal.abort();
      await expect(transport.push([stored("a", 1)], { signal })).rejects.toMatchObject(refused);
      await expect(transport.pull(null, { signal })).rejects.toMatchObject(refused);
      await expect(transport.latestVersion({ signal })).rejects.toMatchObject(refused);
      const giveUp = new AbortController();
      const subscription = await transport.subscribe(() => undefined, { signal: giveUp.signal });
      giveUp.abort();
      await subscription.stop();
      expect(await ids(remote)).toEqual([]);
    });

    it("[TP7] refuses everything after close, and ends its subscriptions", async () => {
      const seen: string[] = [];
      await transport.subscribe(
        ({ events }) => void seen.push(...events.map(({ event: { id } }) => id)),
      );
      await transport.close();
      await transport.close();
      await remote.store(event("a"));
      const refused = { code: "closed" };
      await expect(transport.push([stored("a", 1)])).rejects.toMatchObject(refused);
      await expect(transport.pull(null)).rejects.toMatchObject(refused);
      await expect(transport.latestVersion()).rejects.toMatchObject(refused);
      await expect(transport.subscribe(() => undefined)).rejects.toMatchObject(refused);
      expect(seen).toEqual([]);
    });

    it("[TP8] says of a peer whose store is away that trying again may help", async () => {
      await remote.close();
      await expect(transport.pull(null)).rejects.toSatisfy(mayPass);
      await expect(transport.push([stored("a", 1)])).rejects.toSatisfy(mayPass);
    });

    it("[TP9] tells of its connection: there, away with the attempts since, and there again", async () => {
      const told: ConnectionStatus[] = [];
      const subscription = await transport.subscribe(
        () => {
          throw new Error("says nothing of the connection");
        },
        { statusChanged: (status) => void told.push(status) },
      );
      await expect.poll(() => told.at(-1)?.connected, PATIENCE).toBe(true);
      expect(told[0]).toMatchObject({ attempts: 0, error: null });
      const { interrupt } = harness;
      if (interrupt !== undefined) {
        const begun = told.length;
        await interrupt();
        // Who only asks now and then may not have noticed.
        await remote.store(event("a"));
        await expect.poll(() => told.at(-1)?.connected, PATIENCE).toBe(true);
        for (let i = begun; i < told.length; i++) {
          const before = told[i - 1]?.attempts ?? 0;
          expect(told[i]?.lastConnected).toBeInstanceOf(Date);
          if (told[i]?.connected) expect(told[i]).toMatchObject({ attempts: 0, error: null });
          else expect(told[i]).toMatchObject({ attempts: before + 1, error: expect.any(Error) });
        }
      }
      await subscription.stop();
    });

    it.each([1, 2, 3])(
      "[TP2] [TP3] converges though messages are dropped, doubled and reordered, seed %i",
      async (seed) => {
        const random = createSeededRandom(seed);
        const local = createMemoryStore();
        const faulty = createFaultyTransport(transport, { random: () => random.next(), rate: 0.3 });
        const manager = createSyncManager({
          store: local,
          transport: faulty,
          batchSize: 3,
          retry: { initialDelayMs: 1 },
        });
        const expected: string[] = [];
        for (let round = 0; round < 12; round++) {
          expected.push(`l${round}`, `r${round}`);
          await local.store(event(`l${round}`));
          await remote.store(event(`r${round}`));
          await manager.sync();
        }
        faulty.heal();
        const { errors } = await manager.sync();
        expect(errors).toEqual([]);
        expect((await ids(local)).sort()).toEqual(expected.toSorted());
        expect((await ids(remote)).sort()).toEqual(expected.toSorted());
        expect(faulty.faults).toBeGreaterThan(0);
      },
    );
  });
}

function event(id: string, over: Partial<Event> = {}): Event {
  return { id, type: "Noted", aggregateId: "a", data: { id }, metadata: null, ...over };
}

/** An event as a store has it that another program wrote to: it is handed on as it lies there. */
function nested(id: string, depth: number, seq: number): StoredEvent {
  const data = "[".repeat(depth) + "]".repeat(depth);
  const texts = { id, type: "Noted", aggregateId: "a", data, metadata: "null" };
  return { event: textsToEvent(texts), version: position(seq) };
}

function position(seq: number): Version {
  return new IntegerVersion(BigInt(seq));
}

function stored(id: string, seq: number, over: Partial<Event> = {}): StoredEvent {
  return { event: event(id, over), version: position(seq) };
}

async function all(store: EventStore): Promise<StoredEvent[]> {
  const list: StoredEvent[] = [];
  for await (const one of store.load(null)) list.push(one);
  return list;
}

/** Page after page: a peer may give less at once than there is. */
async function pullAll(transport: Transport): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let since: Version | null = null; ; ) {
    const page: PullPage = await transport.pull(since);
    found.push(...page.events);
    since = page.next ?? since;
    if (!page.more) return found;
  }
}

async function ids(store: EventStore): Promise<string[]> {
  return (await all(store)).map(({ event: { id } }) => id);
}

/** A peer's own word for it differs: what matters is that it is worth trying again. */
function mayPass(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return false;
  return ["offline", "unavailable"].includes(String(thrown.code));
}
