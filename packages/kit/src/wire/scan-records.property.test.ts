// Scanning a list of records gives what reading it as JSON gives, or nothing.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventToTexts } from "../event/check-event.ts";
import { readJson } from "../event/read-json.ts";
import type { Event } from "../ports.ts";
import { IntegerVersion } from "../versions/integer.ts";
import { readRecords, type WireRecord, writeRecords } from "./records.ts";
import { scanRecords } from "./scan-records.ts";

const RECORD = `{"event":{"id":"a","type":"t","aggregate_id":"","data":DATA,"metadata":null},"version":"1"}`;
const withData = (data: string) => `[${RECORD.replace("DATA", () => data)}]`;

/** Texts of all kinds: what is escaped, what is not, and what is only half of a character. */
const text = fc.oneof(
  { arbitrary: fc.constantFrom("plain", "a", "b", "note"), weight: 6 },
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("<&>", "\u2028\u2029", "\ud83d\ude00", "\u0000\u001f\u007f", '\\"/', "é", ""),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.constantFrom(null, true, false, 1e21, -0, 1.5e-9, 2 ** 53),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const event: fc.Arbitrary<Event> = fc.record({
  id: fc.oneof({ arbitrary: fc.constant("e1"), weight: 4 }, fc.string({ minLength: 1 })),
  type: fc.oneof({ arbitrary: fc.constant("Noted"), weight: 4 }, fc.string({ minLength: 1 })),
  aggregateId: fc.oneof({ arbitrary: fc.constantFrom("", "x"), weight: 4 }, fc.string()),
  data: value,
  metadata: fc.oneof(fc.constant(null), fc.dictionary(text, value, { maxKeys: 3 })),
});

/** Written as we do, and as others may: in any order of names, with other escapes, with spaces. */
const list = fc
  .tuple(
    fc.array(event, { minLength: 1, maxLength: 2 }),
    fc.constantFrom("ours", "ours", "plain", "spaced"),
  )
  .map(([events, how]) => {
    const stored = events.map((one, i) => ({ event: one, version: new IntegerVersion(BigInt(i)) }));
    if (how === "ours") return writeRecords(stored);
    const records = stored.map(({ event: { aggregateId, ...rest }, version }) => ({
      event: { ...rest, aggregate_id: aggregateId },
      version: String(version),
    }));
    return JSON.stringify(records, null, how === "plain" ? 0 : 1);
  });

function slowly(body: string): readonly WireRecord[] | undefined {
  try {
    return readRecords(readJson(body), "events");
  } catch {
    return undefined;
  }
}

/** All that a store or a reader can tell of records. */
function told(records: readonly WireRecord[]) {
  return records.map(({ event, version }) => ({ version, texts: eventToTexts(event), ...event }));
}

function expectTheSame(body: string): boolean {
  const scanned = scanRecords(body);
  if (scanned === undefined) return false;
  const read = slowly(body);
  expect(read).toBeDefined();
  expect(told(scanned)).toEqual(told(read ?? []));
  return true;
}

describe("scanning records", () => {
  it("gives what reading gives, for lists that are written in any way", () => {
    let scanned = 0;
    const whatever = fc.property(list, (body) => {
      if (expectTheSame(body)) scanned++;
    });
    fc.assert(whatever, { numRuns: 500 });
    expect(scanned).toBeGreaterThan(30);
  });

  it("gives what reading gives, or nothing, for lists that were damaged", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "-",
        "0",
        "1e5",
        ".",
        " ",
        "<",
        "\n",
      ),
      fc.constantFrom("null", "true", "\\u0041", "\\u003c", "\\n", "\\/", "\ud83d", "\u0000", ""),
    );
    const damaged = fc.tuple(list, fc.nat(), fc.nat({ max: 3 }), piece);
    const whatever = fc.property(damaged, ([body, place, length, put]) => {
      const at = place % (body.length + 1);
      expectTheSame(`${body.slice(0, at)}${put}${body.slice(at + length)}`);
    });
    fc.assert(whatever, { numRuns: 3_000 });
  });

  it("does not keep a body in memory for one of its events", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void; // what the flag gives
    const note = "long enough not to be copied by itself";
    const kept: unknown[] = [];
    const begin = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = begin();
    for (let i = 0; i < 100; i++) {
      const records = Array.from({ length: 1_000 }, (_, n) =>
        RECORD.replace('"a"', `"the ${n}th event of body ${i}"`).replace("DATA", `"${note}"`),
      );
      kept.push(scanRecords(`[${records.join(",")}]`)?.[500]?.event);
    }
    expect(begin() - before).toBeLessThan(4_000_000);
    expect(kept.every((event) => event !== undefined)).toBe(true);
  });

  it("takes what we write", () => {
    const taken = [
      '{"currency":"EUR","lines":[1,-2.5,1e+21,0,0.1234567890123456,-0.30000000000000004],"note":"caf\u00e9 \ud83d\ude00","open":true}',
      '"\\u003c\\u003e\\u0026\\u2028\\u0000\\u001f\\n\\"\\\\/"',
      '{"":{},"a":[],"\u00e9":null}',
      "null",
    ];
    for (const data of taken) expect(expectTheSame(withData(data)), data).toBe(true);
  });

  it("leaves to others what is written in another way, or not to be taken", () => {
    const left = [
      '{"b":1,"a":2}',
      '{"a":1,"a":2}',
      '{"a": 1}',
      '"\\u0041"',
      '"\\u000a"',
      '"\\u003C"',
      '"\\/"',
      '"<"',
      '"\ud83d"',
      '{"\ud83d\ude00":1}',
      "-0",
      "01",
      "1.0",
      "1E5",
      "9007199254740993",
      "-",
      "NaN",
      "tru",
      '"open',
      "[1,]",
      "[".repeat(200) + "]".repeat(200),
    ];
    for (const data of left) expect(scanRecords(withData(data)), data).toBeUndefined();
    const bodies = ["", "[]", "[", "null", `${withData("1")} `, `${withData("1")}]`];
    for (const body of bodies) expect(scanRecords(body), body).toBeUndefined();
    const named = (name: string) => withData("1").replace('"id":"a"', () => `"id":"${name}"`);
    for (const name of ["\\n", "x".repeat(1_025), "\ud83d\ude00"])
      expect(scanRecords(named(name))).toBeUndefined();
    expect(scanRecords(withData("1").replace('"metadata":null', '"metadata":[]'))).toBeUndefined();
  });
});
