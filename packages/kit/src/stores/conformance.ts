// What every event store must do: the port's promises as tests. A store is right when this passes on it.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Event, EventStore, StoredEvent, Version } from "../ports.ts";
import { INTEGER_ZERO, VectorClock } from "../versions/index.ts";

export interface EventStoreHarness {
  /** Opens an empty store. */
  open(): Promise<EventStore>;
  /** Opens the same store a second time, as another process would; undefined where that cannot be. */
  again?(): Promise<EventStore>;
  /** For stores that outlive their process: a module with `openStore(location)`, and an empty location. */
  readonly durable?: { readonly module: string; location(): Promise<string> };
  /** Ends what `open` began. */
  cleanUp?(): Promise<void>;
}

/** Runs the suite on a store. */
export function describeEventStore(name: string, harness: EventStoreHarness): void {
  describe(`event store: ${name}`, { timeout: 60_000 }, () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.cleanUp?.();
    });

    it("[ES1] gives events back in order, as they were, after any version", async () => {
      const events = [
        event("a", { aggregateId: "x", data: { text: "<&>\u2028 \ud83d\ude00 \u0000", n: -1.5 } }),
        event("b", { aggregateId: "", data: null, metadata: { origin: "till-3", deep: [{}] } }),
        event("c", { aggregateId: "x", data: [1, "two", false, { __proto: 1 }] }),
      ];
      expect((await store.latestVersion()).isZero()).toBe(true);
      expect(await all(store.load(null))).toEqual([]);
      for (const one of events) {
        const { status, version } = await store.store(one);
        expect(status).toBe("stored");
        expect((await store.latestVersion()).compare(version)).toBe(0);
      }
      const stored = await all(store.load(null));
      expect(stored.map(({ event }) => event)).toEqual(events);
      expectAscending(stored);
      const [first, second] = stored;
      expect(ids(await all(store.load(first?.version ?? null)))).toEqual(["b", "c"]);
      expect(ids(await all(store.load(null, { limit: 2 })))).toEqual(["a", "b"]);
      expect(ids(await all(store.loadByAggregate("x", null)))).toEqual(["a", "c"]);
      expect(ids(await all(store.loadByAggregate("x", second?.version ?? null)))).toEqual(["c"]);
      expect(ids(await all(store.loadByAggregate("nobody", null)))).toEqual([]);
      expect(ids(await store.loadByIds(["c", "nobody", "a", "a"]))).toEqual(["a", "c"]);
      const text = String(second?.version);
      expect(store.parseVersion(text).compare(second?.version ?? INTEGER_ZERO)).toBe(0);
    });

    it("[ES2] takes the same event twice as once, and refuses another one with its id", async () => {
      const first = await store.store(event("a", { data: { x: 1, y: 2 } }));
      const again = await store.store(event("a", { data: { y: 2, x: 1 } }));
      expect(again.status).toBe("duplicate");
      expect(again.version.compare(first.version)).toBe(0);
      const others: Partial<Event>[] = [
        { data: { x: 2 } },
        { data: { x: 1, y: 2 }, type: "Other" },
        { data: { x: 1, y: 2 }, aggregateId: "other" },
        { data: { x: 1, y: 2 }, metadata: { m: 1 } },
      ];
      for (const other of others)
        await expect(store.store(event("a", other))).rejects.toMatchObject({
          code: "duplicate_event",
        });
      const batch = [event("b"), event("a", { data: 7 }), event("b"), event("b", { data: 7 })];
      const outcomes = await store.storeBatch(batch);
      expect(outcomes.map(({ status }) => status)).toEqual([
        "stored",
        "rejected",
        "duplicate",
        "rejected",
      ]);
      expect((await all(store.load(null))).map(({ event: { id, data } }) => [id, data])).toEqual([
        ["a", { x: 1, y: 2 }],
        ["b", null],
      ]);
    });

    it("[ES3] loses, doubles and reorders nothing of several writers, for a reader behind them", async () => {
      const other = (await harness.again?.()) ?? store;
      const expected: string[] = [];
      const write = async (writer: EventStore, name: string) => {
        for (let n = 0; n < 10; n++) {
          const batch = Array.from({ length: 5 }, (_, i) => event(`${name}-${n}-${i}`));
          expected.push(...batch.map(({ id }) => id));
          await writer.storeBatch(batch);
        }
      };
      let writing = true;
      const read = async () => {
        const seen: StoredEvent[] = [];
        for (;;) {
          // Asked before reading: what was written by then is seen by this round.
          const last = !writing;
          const since: Version | null = seen.at(-1)?.version ?? null;
          seen.push(...(await all(other.load(since))));
          if (last) return seen;
        }
      };
      const reader = read();
      const names = ["p", "q", "r", "s"];
      await Promise.all(names.map((name, i) => write(i % 2 === 0 ? store : other, name)));
      writing = false;
      const seen = await reader;
      expectAscending(seen);
      expect(ids(seen).sort()).toEqual(expected.sort());
      for (const name of names)
        expect(ids(seen).filter((id) => id.startsWith(name))).toEqual(
          expected.filter((id) => id.startsWith(name)),
        );
      if (other !== store) await other.close();
    });

    it("[ES3] settles a race for one id once", async () => {
      const other = (await harness.again?.()) ?? store;
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? store : other).store(event("same"))),
      );
      expect(outcomes.filter(({ status }) => status === "stored")).toHaveLength(1);
      expect(await all(store.load(null))).toHaveLength(1);
      if (other !== store) await other.close();
    });

    it("[ES4] stores a batch in its order and in one step", async () => {
      expect(await store.storeBatch([])).toEqual([]);
      const batch = Array.from({ length: 100 }, (_, i) => event(`e${i}`));
      const seen: number[] = [];
      const stored = store.storeBatch(batch);
      for (let look = 0; look < 5; look++) seen.push((await all(store.load(null))).length);
      const outcomes = await stored;
      expect(seen.every((count) => count === 0 || count === 100)).toBe(true);
      expect(outcomes.every(({ status }) => status === "stored")).toBe(true);
      expect(ids(await all(store.load(null)))).toEqual(batch.map(({ id }) => id));
    });

    it("[ES5] refuses a version of another kind, and takes any zero for the start", async () => {
      await store.store(event("a"));
      const clock = new VectorClock([["a", 1n]]);
      const refused = { code: "invalid" };
      await expect(all(store.load(clock))).rejects.toMatchObject(refused);
      await expect(all(store.loadByAggregate("a", clock))).rejects.toMatchObject(refused);
      expect(await all(store.load(new VectorClock()))).toHaveLength(1);
      expect(() => store.parseVersion("banana")).toThrowError(expect.objectContaining(refused));
      expect(store.parseVersion("").isZero()).toBe(true);
      expect(store.parseVersion("0").isZero()).toBe(true);
      expect(await all(store.load(store.parseVersion("9223372036854775807")))).toEqual([]);
    });

    it("[ES6] refuses bad events by name and stores the good ones beside them", async () => {
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      const bad: [Partial<Event>, string, string][] = [
        [{ id: "nul\u0000" }, "invalid", "id"],
        [{ type: "x".repeat(2_000) }, "invalid", "type"],
        [{ data: { n: 1n } }, "invalid", "data.n"],
        [{ data: () => 1 }, "invalid", "data"],
        [{ data: cycle }, "too_large", "data.self.self.self"],
        [{ data: "x".repeat(10 * 1024 * 1024) }, "too_large", "data"],
      ];
      for (const [over, code, path] of bad)
        await expect(store.store(event("bad", over))).rejects.toMatchObject({ code, path });
      const outcomes = await store.storeBatch([
        event("a"),
        ...bad.map(([over]) => event("bad", over)),
        event("b"),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        "stored",
        ...bad.map(() => "rejected"),
        "stored",
      ]);
      expect(ids(await all(store.load(null)))).toEqual(["a", "b"]);
      // As the original does: no name must say anything.
      const nameless = event("", { type: "", aggregateId: "" });
      expect((await store.store(nameless)).status).toBe("stored");
      expect((await store.store(nameless)).status).toBe("duplicate");
      expect(ids(await store.loadByIds([""]))).toEqual([""]);
      // A failed write holds no lock.
      expect((await store.store(event("c"))).status).toBe("stored");
    });

    it("[ES7] reads a large log from anywhere, and lets a reader give up", async () => {
      const count = 3_000;
      for (let n = 0; n < count; n += 500) {
        const batch = Array.from({ length: 500 }, (_, i) =>
          event(`e${n + i}`, { aggregateId: `a${i % 2}`, data: { text: "x".repeat(i) } }),
        );
        await store.storeBatch(batch);
      }
      const stored = await all(store.load(null));
      expect(ids(stored)).toEqual(Array.from({ length: count }, (_, i) => `e${i}`));
      expect(await all(store.loadByAggregate("a1", null))).toHaveLength(count / 2);
      const middle = stored[count / 2]?.version ?? null;
      expect(ids(await all(store.load(middle, { limit: 1 })))).toEqual([`e${count / 2 + 1}`]);
      let looked = 0;
      for await (const _ of store.load(null)) if (++looked === 700) break;
      expect((await store.store(event("after"))).status).toBe("stored");
      // A reader that is under way finds what is written meanwhile, or ends before it: never something else.
      const found: string[] = [];
      for await (const { event: one } of store.load(middle)) {
        if (found.length === 0) await store.store(event("meanwhile"));
        found.push(one.id);
      }
      expect(found.slice(0, count / 2)).toEqual([...ids(stored).slice(count / 2 + 1), "after"]);
    });

    it("[ES8] refuses everything after close, which may be called twice", async () => {
      await store.store(event("a"));
      await store.close();
      await store.close();
      const refused = { code: "closed" };
      await expect(store.store(event("b"))).rejects.toMatchObject(refused);
      await expect(store.storeBatch([])).rejects.toMatchObject(refused);
      await expect(all(store.load(null))).rejects.toMatchObject(refused);
      await expect(all(store.loadByAggregate("a", null))).rejects.toMatchObject(refused);
      await expect(store.loadByIds(["a"])).rejects.toMatchObject(refused);
      await expect(store.latestVersion()).rejects.toMatchObject(refused);
      await expect(store.checkpoints.read("x")).rejects.toMatchObject(refused);
      await expect(store.checkpoints.write("x", "y")).rejects.toMatchObject(refused);
    });

    it("[ES10] stores nothing for a caller that gave up", async () => {
      const signal = AbortSignal.abort();
      const refused = { code: "aborted" };
      await store.store(event("a"));
      await expect(store.store(event("b"), { signal })).rejects.toMatchObject(refused);
      await expect(store.storeBatch([event("b")], { signal })).rejects.toMatchObject(refused);
      await expect(all(store.load(null, { signal }))).rejects.toMatchObject(refused);
      await expect(store.latestVersion({ signal })).rejects.toMatchObject(refused);
      expect(ids(await all(store.load(null)))).toEqual(["a"]);
      const giveUp = new AbortController();
      await store.storeBatch([event("b"), event("c")]);
      const reading = (async () => {
        for await (const _ of store.load(null, { signal: giveUp.signal })) giveUp.abort();
      })();
      await expect(reading).rejects.toMatchObject(refused);
    });

    it("[ES11] remembers the last text of a checkpoint, apart from the events", async () => {
      const { checkpoints } = store;
      expect(await checkpoints.read("peer")).toBeUndefined();
      await checkpoints.write("peer", "one");
      await checkpoints.write("peer", "two \u{1f600}");
      await checkpoints.write("other", "three");
      expect(await checkpoints.read("peer")).toBe("two \u{1f600}");
      const again = (await harness.again?.()) ?? store;
      expect(await again.checkpoints.read("other")).toBe("three");
      await checkpoints.write("peer", null);
      expect(await again.checkpoints.read("peer")).toBeUndefined();
      expect(await all(store.load(null))).toEqual([]);
      if (again !== store) await again.close();
    });

    it("[ES12] counts what is there, once", async () => {
      expect((await store.stats()).events).toBe(0);
      await store.storeBatch([event("a"), event("b"), event("a")]);
      await store.store(event("b"));
      const again = (await harness.again?.()) ?? store;
      await again.store(event("c"));
      const { events, bytes = 1, connections } = await store.stats();
      expect(events).toBe(3);
      expect(bytes).toBeGreaterThan(0);
      if (connections !== undefined)
        expect(connections.open).toBeGreaterThanOrEqual(connections.idle);
      if (again !== store) await again.close();
      const signal = AbortSignal.abort();
      await expect(store.stats({ signal })).rejects.toMatchObject({ code: "aborted" });
      await store.close();
      await expect(store.stats()).rejects.toMatchObject({ code: "closed" });
    });

    // A store in memory promises nothing here: it has no such test, rather than one that is passed over.
    const { durable } = harness;
    if (durable !== undefined) {
      it("[ES9] has what was acknowledged after its process was killed", async () => {
        const { module, location } = durable;
        const { acknowledgedBeforeKill } = await import("../testing/kill-writer.ts");
        const { openStore } = (await import(/* @vite-ignore */ module)) as {
          openStore(location: string): Promise<EventStore>; // what the harness says it has
        };
        const place = await location();
        for (let round = 0; round < 2; round++) {
          const acknowledged = await acknowledgedBeforeKill(module, place, 100);
          const reopened = await openStore(place);
          const there = await all(reopened.load(null));
          expectAscending(there);
          expect(new Set(ids(there)).size).toBe(there.length);
          expect(ids(there)).toEqual(expect.arrayContaining(acknowledged));
          expect((await reopened.store(event(`after-${round}`))).status).toBe("stored");
          await reopened.close();
        }
      });
    }
  });
}

/** An event for tests. */
function event(id: string, over: Partial<Event> = {}): Event {
  return { id, type: "Noted", aggregateId: "a", data: null, metadata: null, ...over };
}

async function all(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const list: StoredEvent[] = [];
  for await (const one of events) list.push(one);
  return list;
}

function ids(stored: readonly StoredEvent[]): string[] {
  return stored.map(({ event: { id } }) => id);
}

function expectAscending(stored: readonly StoredEvent[]): void {
  for (const [i, { version }] of stored.entries()) {
    const before = stored[i - 1];
    if (before !== undefined) expect(before.version.compare(version)).toBe(-1);
  }
}
