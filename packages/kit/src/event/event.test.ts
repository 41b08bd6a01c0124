// Events and their JSON: what is refused, what stays exact, and what peers know of each other.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../ports.ts";
import { VectorClock } from "../versions/index.ts";
import { readCausality, relationOf, withCausality, withoutCausality } from "./causality.ts";
import { eventToTexts, isSameEvent, textsToEvent } from "./check-event.ts";
import { compareBytes } from "./compare-bytes.ts";
import { ExactNumber } from "./exact-number.ts";
import { readJson } from "./read-json.ts";
import { writeJson } from "./write-json.ts";

const event = (over: Partial<Event> = {}): Event => ({
  id: "e1",
  type: "OrderPlaced",
  aggregateId: "order-42",
  data: { total: 1999 },
  metadata: null,
  ...over,
});

describe("JSON of events", () => {
  it("is written with sorted names and the wire's escapes", () => {
    expect(writeJson({ b: 1, a: "<&>\u2028", c: [true, null, 1e21, -0.5] }, "")).toBe(
      String.raw`{"a":"\u003c\u0026\u003e\u2028","b":1,"c":[true,null,1e+21,-0.5]}`,
    );
  });

  it("comes back as it was, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = writeJson(value, "");
        expect(writeJson(readJson(text), "")).toBe(text);
        expect(readJson(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("keeps the digits of integers beyond 2^53", () => {
    const text = '{"big":9007199254740993,"list":[-12345678901234567890],"near":9007199254740991}';
    const read = readJson(text);
    expect(writeJson(read, "")).toBe(text);
    expect(read).toMatchObject({ big: new ExactNumber("9007199254740993"), near: 2 ** 53 - 1 });
    expect(writeJson(readJson("1152921504606846976"), "")).toBe("1152921504606846976");
    expect(new ExactNumber("9007199254740993").toBigInt()).toBe(9007199254740993n);
  });

  it.each(["[1] trailing", '{"a":"]"}{}', '"x" y', "12 13", "null,"])(
    "takes the first value of %s",
    (text) => {
      expect(() => readJson(text)).not.toThrow();
    },
  );

  it.each(["", "  ", "nonsense", "[1", '{"a":}', "]", '"open'])("refuses %j", (text) => {
    expect(() => readJson(text)).toThrowError(expect.objectContaining({ code: "invalid" }));
  });

  it("sorts by bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        fc.pre(a.isWellFormed() && b.isWellFormed());
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe("a bad event is refused by name", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  it.each<[string, Partial<Event> | { [name: string]: unknown }, string, string]>([
    ["an id that is no text", { id: 7 }, "invalid", "id"],
    ["a NUL in an id", { id: "a\u0000" }, "invalid", "id"],
    ["a lone surrogate", { aggregateId: "\ud800" }, "invalid", "aggregateId"],
    ["a very long id", { id: "x".repeat(2000) }, "invalid", "id"],
    ["a bigint", { data: { n: 1n } }, "invalid", "data.n"],
    ["a function", { data: [() => 1] }, "invalid", "data.0"],
    ["a symbol", { data: { s: Symbol("s") } }, "invalid", "data.s"],
    ["NaN", { data: { n: Number.NaN } }, "invalid", "data.n"],
    ["a Date", { data: { at: new Date(0) } }, "invalid", "data.at"],
    ["a Map", { metadata: { m: new Map() } }, "invalid", "metadata.m"],
    ["metadata that is a list", { metadata: [] }, "invalid", "metadata"],
    ["a cycle", { data: cycle }, "too_large", "data.self.self.self"],
    ["ten megabytes", { data: "x".repeat(10 * 1024 * 1024) }, "too_large", "data"],
  ])("%s", (_, over, code, path) => {
    const bad = { ...event(), ...over } as Event; // what the types forbid, and programs without types do
    expect(() => eventToTexts(bad)).toThrowError(expect.objectContaining({ code, path }));
  });

  it("and one byte below the limit is taken", () => {
    const limits = { eventBytes: 100, nameLength: 20 };
    const fits = event({ data: "é".repeat(47), aggregateId: "" });
    expect(eventToTexts(fits, limits).data).toHaveLength(49);
    expect(() => eventToTexts(event({ data: "é".repeat(48) }), limits)).toThrowError();
  });
});

describe("sameness", () => {
  it("does not mind the order of names, nor what float64 peers do to numbers", () => {
    const a = eventToTexts(event({ data: { a: 1, b: new ExactNumber("9007199254740993") } }));
    const b = eventToTexts(event({ data: { b: 9007199254740992, a: 1 } }));
    expect(isSameEvent(a, b)).toBe(true);
    expect(isSameEvent(a, eventToTexts(event({ data: { a: 2 } })))).toBe(false);
    expect(textsToEvent(b)).toEqual(event({ data: { a: 1, b: 9007199254740992 } }));
  });
});

describe("an event that was read", () => {
  it("is written as it was read, or as it was changed since", () => {
    const texts = eventToTexts(event({ data: { list: [1] }, metadata: { m: { n: 1 } } }));
    const read = textsToEvent(texts) as Event<{ list: number[] }>; // as it was written
    expect(eventToTexts(read)).toBe(texts);
    read.data.list.push(2);
    expect(eventToTexts(read).data).toBe('{"list":[1,2]}');
    expect(eventToTexts({ ...textsToEvent(texts), id: "other" }).id).toBe("other");
    expect(() => Object.assign(read.metadata?.["m"] ?? {}, { n: 2 })).toThrow(TypeError);
    for (const [limits, code] of [
      [{ eventBytes: 5, nameLength: 100 }, "too_large"],
      [{ eventBytes: 500, nameLength: 10 }, "invalid"],
    ] as const) {
      expect(() => eventToTexts(textsToEvent(texts), limits)).toThrowError(
        expect.objectContaining({ code }),
      );
    }
  });
});

describe("causality in metadata", () => {
  const written = (node: string, counters: Record<string, bigint>) => ({
    dot: { node, counter: counters[node] ?? 0n },
    clock: new VectorClock(Object.entries(counters)),
  });

  it("comes back through a peer that knows nothing of it", () => {
    const time = "2026-11-20T10:05:00.000Z-0001-a";
    const causality = { ...written("a", { a: 2n ** 60n, b: 1n }), time };
    const metadata = withCausality({ origin: "till-3" }, causality);
    const through = JSON.parse(JSON.stringify(metadata)) as Event["metadata"];
    const read = readCausality(event({ metadata: through }));
    expect(read).toMatchObject({ dot: causality.dot, time });
    expect(read.clock?.equals(causality.clock)).toBe(true);
    expect(withoutCausality(metadata)).toEqual({ origin: "till-3" });
  });

  it("is absent where it is damaged", () => {
    const damaged = { vector_clock: '{"a":', origin_node: 7, origin_counter: "-1", hlc: "noon" };
    expect(readCausality(event({ metadata: damaged }))).toEqual({});
    const lying = withCausality(null, {
      dot: { node: "a", counter: 5n },
      clock: written("a", { a: 2n }).clock,
    });
    expect(readCausality(event({ metadata: lying })).dot).toBeUndefined();
  });

  it("knows cause and concurrency by the writes themselves, pruned or not", () => {
    const first = written("a", { a: 1n });
    const then = { ...written("b", { a: 1n, b: 1n }) };
    const apart = written("c", { c: 1n });
    expect(relationOf(first, then)).toBe("before");
    expect(relationOf(then, first)).toBe("after");
    expect(relationOf(then, apart)).toBe("concurrent");
    expect(relationOf({}, apart)).toBeUndefined();
    const forgot = { ...then, clock: then.clock.prune(["b"]) };
    expect(relationOf(first, forgot)).toBe("unknown");
    const later = {
      dot: { node: "b", counter: 2n },
      clock: new VectorClock([["b", 2n]], { pruned: true }),
    };
    expect(relationOf(forgot, later)).toBe("before");
  });
});
