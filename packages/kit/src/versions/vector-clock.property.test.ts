// Vector clocks, whatever is in them: their order is a partial order, and pruning never invents concurrency.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Relation } from "../ports.ts";
import { createVectorClockManager, EMPTY_CLOCK, parseVectorClock, VectorClock } from "./index.ts";

const NODES = ["a", "b", "c", "d", "\ue000", "\u{1f600}"];
const counters = fc.dictionary(fc.constantFrom(...NODES), fc.bigInt({ min: 0n, max: 3n }));
const clock = counters.map((entries) => new VectorClock(Object.entries(entries)));
const MIRROR: Record<Relation, Relation> = {
  before: "after",
  after: "before",
  equal: "equal",
  concurrent: "concurrent",
  unknown: "unknown",
};
const isAtMost = (a: VectorClock, b: VectorClock) => a.happensBefore(b) || a.equals(b);

describe("vector clock", () => {
  it("is in a partial order: reflexive, antisymmetric, transitive", () => {
    fc.assert(
      fc.property(clock, clock, clock, (a, b, c) => {
        expect(isAtMost(a, a)).toBe(true);
        if (isAtMost(a, b) && isAtMost(b, a)) expect(a.equals(b)).toBe(true);
        if (isAtMost(a, b) && isAtMost(b, c)) expect(isAtMost(a, c)).toBe(true);
        expect(b.relation(a)).toBe(MIRROR[a.relation(b)]);
        // -0 is no answer.
        expect(Object.is(a.compare(b) + 0, -b.compare(a) + 0)).toBe(true);
      }),
    );
  });

  it("merges to the least clock that knows both", () => {
    fc.assert(
      fc.property(clock, clock, clock, (a, b, c) => {
        const merged = a.merge(b);
        expect(isAtMost(a, merged) && isAtMost(b, merged)).toBe(true);
        if (isAtMost(a, c) && isAtMost(b, c)) expect(isAtMost(merged, c)).toBe(true);
        expect(merged.equals(b.merge(a))).toBe(true);
        expect(
          a
            .merge(b)
            .merge(c)
            .equals(a.merge(b.merge(c))),
        ).toBe(true);
        expect(a.merge(a).equals(a)).toBe(true);
      }),
    );
  });

  it("is after itself once it was incremented, and the writes of two nodes are concurrent", () => {
    fc.assert(
      fc.property(clock, (a) => {
        expect(a.increment("a").happensAfter(a)).toBe(true);
        expect(a.increment("a").isConcurrentWith(a.increment("b"))).toBe(true);
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(clock, (a) => {
        const again = parseVectorClock(a.toString());
        expect(again.equals(a)).toBe(true);
        expect(again.toString()).toBe(a.toString());
      }),
    );
  });

  it("never says of pruned clocks what the whole ones do not", () => {
    fc.assert(
      fc.property(clock, clock, fc.subarray(NODES), fc.subarray(NODES), (a, b, keepA, keepB) => {
        const pruned = a.prune(keepA).relation(b.prune(keepB));
        if (pruned !== "unknown") expect(pruned).toBe(a.relation(b));
      }),
    );
  });
});

describe("vector clock text", () => {
  it("sorts nodes by their bytes, not by JavaScript's units", () => {
    const mixed = new VectorClock([
      ["\u{1f600}", 1n],
      ["\ue000", 2n],
      ["server", 6n],
      ["alice", 1n],
    ]);
    expect(mixed.toString()).toBe('{"alice":1,"server":6,"\ue000":2,"\u{1f600}":1}');
  });

  it("takes blank and {} for the empty clock", () => {
    for (const text of ["", "   ", "{}"]) expect(parseVectorClock(text).isZero()).toBe(true);
    expect(EMPTY_CLOCK.toString()).toBe("{}");
  });

  it("keeps counters beyond 2^53", () => {
    const text = '{"a":18446744073709551615,"b":9007199254740993}';
    expect(parseVectorClock(text).toString()).toBe(text);
  });

  it.each([
    '{"a":-1}',
    '{"a":1.5}',
    '{"a":"1"}',
    '{"":1}',
    "null",
    "[]",
    "nonsense",
    '{"a":18446744073709551616}',
    `{"${"x".repeat(256)}":1}`,
  ])("refuses %s", (text) => {
    expect(() => parseVectorClock(text)).toThrowError(expect.objectContaining({ code: "invalid" }));
  });

  it("refuses an increment beyond the end, and more nodes than it may have", () => {
    const last = parseVectorClock('{"a":18446744073709551615}');
    expect(() => last.increment("a")).toThrowError(/2\^64/);
    const full = new VectorClock(Array.from({ length: 1000 }, (_, i) => [`n${i}`, 1n] as const));
    expect(full.increment("n5").size).toBe(1000);
    expect(() => full.increment("one-more")).toThrowError(
      expect.objectContaining({ code: "too_large" }),
    );
  });
});

describe("vector clock manager", () => {
  it("tells the story of two editors and a server", () => {
    const server = createVectorClockManager();
    for (const node of ["alice", "bob"]) {
      const editor = createVectorClockManager();
      editor.updateFromVersion(server.currentVersion());
      server.updateFromVersion(editor.nextVersion(node));
    }
    for (let i = 0; i < 6; i++) server.nextVersion("server");
    expect(server.currentVersion().toString()).toBe('{"alice":1,"bob":1,"server":6}');
  });

  it("forgets the node that it heard of longest ago, and says so", () => {
    const manager = createVectorClockManager({ maxNodes: 2 });
    manager.nextVersion("a");
    manager.nextVersion("b");
    manager.nextVersion("a");
    expect(manager.currentVersion().pruned).toBe(false);
    expect(manager.nextVersion("c").toString()).toBe('{"a":2,"c":1}');
    expect(manager.currentVersion().pruned).toBe(true);
    expect(manager.clone().currentVersion().pruned).toBe(true);
  });

  it("takes nothing from a version of another kind, and refuses a node without a name", () => {
    const manager = createVectorClockManager();
    manager.updateFromVersion(null);
    const stamp = { kind: "custom", compare: () => 0 as const, isZero: () => false };
    expect(() => manager.updateFromVersion(stamp)).toThrowError(/not a VectorClock/);
    expect(() => manager.nextVersion("")).toThrowError();
    expect(manager.currentVersion().isZero()).toBe(true);
  });
});
