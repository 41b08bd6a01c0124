// The versioned store: stamps what is its own, learns from everything else, and sees what is concurrent.

import { describe, expect, it } from "vitest";
import { readCausality } from "../event/causality.ts";
import { allOf, makeEvent } from "../testing/events.ts";
import { createVectorClockManager, INTEGER_ZERO, VectorClock } from "../versions/index.ts";
import { describeEventStore } from "./conformance.ts";
import { createMemoryStore } from "./memory.ts";
import { openVersionedStore } from "./versioned.ts";

const open = (nodeId: string, store = createMemoryStore()) => openVersionedStore({ store, nodeId });

describe("versioned store", () => {
  it("gives the first events of two nodes clocks that are concurrent", async () => {
    const [a, b] = [await open("A"), await open("B")];
    await a.store(makeEvent("one"));
    await b.store(makeEvent("two"));
    const [one] = await allOf(a);
    const [two] = await allOf(b);
    expect([one?.event.metadata, two?.event.metadata]).toMatchObject([
      { vector_clock: '{"A":1}', origin_node: "A", origin_counter: "1" },
      { vector_clock: '{"B":1}' },
    ]);
    if (two === undefined) return;
    await a.store(two.event, { version: INTEGER_ZERO });
    expect((await a.heads("a")).map(({ event }) => event.id)).toEqual(["one", "two"]);
    expect((await a.currentClock()).toString()).toBe('{"A":1,"B":1}');
    await a.store(makeEvent("three", { metadata: { mine: true } }));
    expect((await a.heads("a")).map(({ event }) => event.id)).toEqual(["three"]);
  });

  it("takes its own event again for the same, and what another process wrote for known", async () => {
    const base = createMemoryStore();
    const [a, same] = [await open("A", base), await open("A", base)];
    const event = makeEvent("one", { metadata: { mine: [1] } });
    await a.store(event);
    expect((await a.store(event)).status).toBe("duplicate");
    await expect(a.store({ ...event, data: "other" })).rejects.toMatchObject({
      code: "duplicate_event",
    });
    await same.store(makeEvent("two"));
    await a.store(makeEvent("three"));
    const clocks = (await allOf(a)).map((one) => String(readCausality(one.event).clock));
    expect(clocks).toEqual(['{"A":1}', '{"A":2}', '{"A":3}']);
  });

  it("leaves events of others as they are, and follows no clock that is far ahead", async () => {
    const a = await open("A");
    const future = { hlc: "2999-01-01T00:00:00.000Z-0000-z" };
    await a.store(makeEvent("plain"), { version: INTEGER_ZERO });
    await a.store(makeEvent("future", { metadata: future }), { version: INTEGER_ZERO });
    await a.store(makeEvent("own"));
    const [plain, , own] = await allOf(a);
    expect(plain?.event.metadata).toBeNull();
    expect(String(own?.event.metadata?.["hlc"]).slice(0, 2)).toBe("20");
    expect(String(own?.event.metadata?.["hlc"]) < future.hlc).toBe(true);
  });

  it("notes how far it has come, and reads on from there", async () => {
    const base = createMemoryStore();
    const a = await open("A", base);
    for (let n = 0; n < 2_500; n += 500)
      await a.storeBatch(Array.from({ length: 500 }, (_, i) => makeEvent(`e${n + i}`)));
    await a.currentClock();
    const again = await open("A", base);
    await again.store(makeEvent("next"));
    const starts: string[] = [];
    const spied = new Proxy(base, {
      get(target, name) {
        if (name !== "load") return Reflect.get(target, name) as unknown;
        return (...[since, given]: Parameters<typeof base.load>) => {
          starts.push(String(since));
          return target.load(since, given);
        };
      },
    });
    const third = await open("A", spied);
    expect(String(await third.currentClock())).toBe('{"A":2501}');
    expect(Number(starts[0])).toBeGreaterThan(2_000);
    await base.checkpoints.write("versioned:A", "damaged");
    expect(String(await (await open("A", base)).currentClock())).toBe('{"A":2501}');
  });

  it("prunes by its manager's bound, and says so in the event", async () => {
    const versions = createVectorClockManager({
      clock: new VectorClock([
        ["x", 1n],
        ["y", 1n],
      ]),
      maxNodes: 2,
    });
    const store = createMemoryStore();
    const a = await openVersionedStore({ store, nodeId: "A", versions });
    await a.store(makeEvent("one"));
    const [one] = await allOf(a);
    expect(one?.event.metadata).toMatchObject({
      vector_clock: '{"A":1,"y":1}',
      vector_clock_pruned: "true",
    });
  });

  it.each(["", "x".repeat(256)])("refuses the node id %j", async (nodeId) => {
    await expect(open(nodeId)).rejects.toMatchObject({ code: "invalid" });
  });
});

/** With versions, it is a store like all others. */
describeEventStore("versioned, for events of others", {
  async open() {
    const store = await open("A");
    const given = { version: INTEGER_ZERO };
    return {
      ...store,
      store: (event, options) => store.store(event, { ...given, ...options }),
      storeBatch: (events, options) => store.storeBatch(events, { ...given, ...options }),
    };
  },
});
