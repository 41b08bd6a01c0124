// Resolvers come to the same result on every node, whatever came first.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withCausality } from "../event/causality.ts";
import { eventToTexts } from "../event/check-event.ts";
import type { Conflict, ConflictResolver, Event } from "../ports.ts";
import { conflictOf } from "../sync/conflicts.ts";
import { makeEvent } from "../testing/events.ts";
import { INTEGER_ZERO, VectorClock } from "../versions/index.ts";
import {
  additiveMerge,
  aggregateIdStartsWith,
  allOf,
  always,
  anyOf,
  createRuleResolver,
  effectiveEvents,
  eventTypeIs,
  fieldChanged,
  fieldMerge,
  firstWriteWins,
  lastWriteWins,
  manualReview,
  metadataIs,
  not,
} from "./index.ts";

const NODES = ["a", "b", "c"] as const;

/** A write of a node that had seen nothing: concurrent with those of all others. */
function written(node: string, minute: number, fields: Record<string, unknown>): Event {
  const time = `2026-11-20T10:0${minute}:00.000Z-0000-${node}`;
  const clock = new VectorClock([[node, 1n]]);
  return makeEvent(`of-${node}`, {
    data: fields,
    metadata: withCausality(null, { dot: { node, counter: 1n }, clock, time }),
  });
}

const fields = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.nat(3));
const writes = fc
  .tuple(
    ...NODES.map((node) =>
      fc.tuple(fc.nat(9), fields).map(([minute, data]) => written(node, minute, data)),
    ),
  )
  .map((list): Event[] => list);

const conflict = (local: Event, remote: Event): Conflict =>
  conflictOf(
    { event: local, version: INTEGER_ZERO },
    { event: remote, version: INTEGER_ZERO },
    "concurrent",
  );

const RESOLVERS = [lastWriteWins, firstWriteWins, additiveMerge, fieldMerge, manualReview("why")];

describe.each(RESOLVERS.map((resolver) => [resolver.name, resolver] as const))(
  "%s",
  (_, resolver) => {
    it("[CR1] [CR2] keeps the same, whichever of the two is the own one, and changes neither", async () => {
      await fc.assert(
        fc.asyncProperty(writes, async ([a, b]) => {
          if (a === undefined || b === undefined) return;
          const before = JSON.stringify([a, b]);
          const [left, right] = [
            await resolver.resolve(conflict(a, b)),
            await resolver.resolve(conflict(b, a)),
          ];
          expect(left.events.map((event) => eventToTexts(event))).toEqual(
            right.events.map((event) => eventToTexts(event)),
          );
          expect(JSON.stringify([a, b])).toBe(before);
        }),
      );
    });

    it("comes to the same events that count, whatever the order of arrival", async () => {
      await fc.assert(
        fc.asyncProperty(writes, fc.nat(5), async (events, turn) => {
          const ids = async (list: Event[]) =>
            (await effectiveEvents(list, resolver)).map(({ id }) => id);
          const other =
            turn % 2 === 0
              ? events.toReversed()
              : [...events.slice(turn % 3), ...events.slice(0, turn % 3)];
          expect(await ids(other)).toEqual(await ids(events));
        }),
      );
    });
  },
);

describe("field_merge", () => {
  const merged = async (a: Event, b: Event) => {
    const { events } = await fieldMerge.resolve(conflict(a, b));
    const [event] = events;
    if (event === undefined) throw new Error("nothing was merged");
    return event;
  };

  it("takes each field from who wrote it last", async () => {
    const event = await merged(
      written("a", 1, { title: "A", price: 1 }),
      written("b", 2, { price: 2, size: "L" }),
    );
    expect(event.data).toEqual({ title: "A", price: 2, size: "L" });
    expect(event.metadata).toMatchObject({ vector_clock: '{"a":1,"b":1}' });
  });

  it("comes to one result for three, in whatever order they are merged", async () => {
    await fc.assert(
      fc.asyncProperty(writes, async ([a, b, c]) => {
        if (a === undefined || b === undefined || c === undefined) return;
        const one = await merged(await merged(a, b), c);
        const two = await merged(a, await merged(c, b));
        expect([one.id, one.data]).toEqual([two.id, two.data]);
      }),
    );
  });

  it("keeps the later one where there are no fields", async () => {
    const [text, list] = [written("a", 1, {}), written("b", 2, {})];
    const resolution = await fieldMerge.resolve(conflict({ ...text, data: "text" }, list));
    expect(resolution.events).toEqual([list]);
  });
});

describe("rules", () => {
  const named = (name: string): ConflictResolver => ({
    name,
    resolve: () => ({ decision: "noop", events: [], reasons: [name] }),
  });
  const example = conflict(
    makeEvent("l", {
      type: "Paid",
      aggregateId: "order-7",
      data: { total: 1 },
      metadata: { origin: "till" },
    }),
    makeEvent("r", {
      type: "Paid",
      aggregateId: "order-7",
      data: { total: 2 },
      metadata: { origin: "till" },
    }),
  );
  const reasonsOf = async (resolver: ConflictResolver) =>
    (await resolver.resolve(example)).reasons[0];

  it("the first that matches decides, or else the fallback", async () => {
    const heard: string[] = [];
    const hooks = {
      onRuleMatched: (_: Conflict, rule: { name: string }) => void heard.push(rule.name),
      onFallback: () => void heard.push("fallback"),
      onResolved: () => void heard.push("resolved"),
    };
    const rules = [
      { name: "other", when: eventTypeIs("Placed"), resolver: named("other") },
      { name: "orders", when: aggregateIdStartsWith("order-"), resolver: named("orders") },
      { name: "all", when: always, resolver: named("all") },
    ];
    expect(await reasonsOf(createRuleResolver({ rules, hooks }))).toBe("orders");
    const [other] = rules;
    const fallback = named("fallback");
    expect(
      await reasonsOf(createRuleResolver({ rules: other ? [other] : [], fallback, hooks })),
    ).toBe("fallback");
    expect(heard).toEqual(["orders", "resolved", "fallback", "resolved"]);
    const without = createRuleResolver({ rules: other ? [other] : [] });
    await expect(async () => await without.resolve(example)).rejects.toThrow(/no rule matched/);
  });

  it.each([
    [fieldChanged("total", "other"), true],
    [fieldChanged("other"), false],
    [metadataIs("origin", "till"), true],
    [metadataIs("local_origin", "till"), true],
    [metadataIs("origin", "else"), false],
    [metadataIs("missing", null), false],
    [allOf(), true],
    [anyOf(), false],
    [allOf(always, not(always)), false],
    [anyOf(not(always), always), true],
  ])("matcher %# gives %s", (matches, expected) => {
    expect(matches(example)).toBe(expected);
  });

  it("refuses nothing at all, and two rules of one name", () => {
    expect(() => createRuleResolver({ rules: [] })).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
    const rule = { name: "same", when: always, resolver: lastWriteWins };
    expect(() => createRuleResolver({ rules: [rule, rule] })).toThrowError();
  });
});
