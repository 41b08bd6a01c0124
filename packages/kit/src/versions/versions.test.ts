// Positions, moments and cursors: their order, their texts, and what is refused.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../event/read-json.ts";
import {
  HybridVersion,
  INTEGER_ZERO,
  IntegerVersion,
  MAX_UINT64,
  parseIntegerVersion,
  parseTimestampVersion,
  parseWireVersion,
  TimestampVersion,
  VERSION_KINDS,
  VectorClock,
  type VersionKind,
  versionToWire,
  wireToVersion,
} from "./index.ts";

describe("integer version", () => {
  it.each([
    ["", "0"],
    ["0", "0"],
    ["42", "42"],
    ["+7", "7"],
    ["007", "7"],
    ["-1", "0"],
    ["9223372036854775807", "9223372036854775807"],
  ])("reads %j as %s", (text, expected) => {
    expect(parseIntegerVersion(text).toString()).toBe(expected);
  });

  it("refuses with the original's words", () => {
    expect(() => parseIntegerVersion("banana")).toThrowError(
      `invalid integer version string 'banana': strconv.ParseInt: parsing "banana": invalid syntax`,
    );
    expect(() => parseIntegerVersion("9223372036854775808")).toThrowError(/value out of range$/);
    expect(() => parseIntegerVersion("1".repeat(10_000))).toThrowError(/value out of range$/);
  });

  it("is in order beyond 2^53, and incomparable with other kinds", () => {
    const [a, b] = [new IntegerVersion(2n ** 53n), new IntegerVersion(2n ** 53n + 1n)];
    expect([a.compare(b), b.compare(a), a.compare(a)]).toEqual([-1, 1, 0]);
    expect(a.compare(new VectorClock([["a", 1n]]))).toBe(0);
    expect(() => new IntegerVersion(-1n)).toThrowError();
    expect(() => new IntegerVersion(MAX_UINT64 + 1n)).toThrowError();
  });
});

describe("moments", () => {
  it("compare by time and read back what they wrote", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), (a, b) => {
        const [left, right] = [new TimestampVersion(a), new TimestampVersion(b)];
        expect(left.compare(right)).toBe(Math.sign(a - b));
        expect(parseTimestampVersion(left.toString()).ms).toBe(a);
      }),
    );
    const early = new HybridVersion("2026-11-20T10:05:00.000Z-0000-a");
    const late = new HybridVersion("2026-11-20T10:05:00.000Z-0001-a");
    expect([early.compare(late), late.compare(early)]).toEqual([-1, 1]);
    expect(new HybridVersion("").isZero()).toBe(true);
    expect(early.toMs()).toBe(Date.UTC(2026, 10, 20, 10, 5));
  });

  it.each(["", "now", "2026-02-31T00:00:00.000Z", "2026-11-20"])("refuse %j", (text) => {
    expect(() => parseTimestampVersion(text)).toThrowError();
    if (text !== "") expect(() => new HybridVersion(text)).toThrowError();
  });
});

describe("versions on the wire", () => {
  it.each([
    ['{"kind":"integer","data":0}'],
    ['{"kind":"integer","data":12345678901234567890}'],
    ['{"kind":"integer","data":18446744073709551615}'],
    ['{"kind":"vector","data":{}}'],
    ['{"kind":"vector","data":{"till-3":4,"till-4":0}}'],
    ['{"kind":"vector-pruned","data":{"a":18446744073709551615}}'],
    ['{"kind":"timestamp","data":"2026-11-20T10:05:00.000Z"}'],
    ['{"kind":"hlc","data":"2026-11-20T10:05:00.000Z-0001-a"}'],
  ])("come back as they were: %s", (text) => {
    expect(versionToWire(parseWireVersion(text))).toBe(text);
  });

  it.each([
    ['{"kind":"merkle","data":"x"}', "unknown cursor kind: merkle"],
    ['{"data":1}', "unknown cursor kind: "],
    ["null", "nil wire cursor"],
    ['{"kind":"integer"}', "the cursor has no data"],
  ])("refuse %s", (text, message) => {
    expect(() => parseWireVersion(text)).toThrowError(message);
  });

  it.each([
    '{"kind":"integer","data":"12"}',
    '{"kind":"integer","data":-1}',
    '{"kind":"integer","data":1.5}',
    '{"kind":"vector","data":"x"}',
    '{"kind":"vector","data":{"a":-1}}',
  ])("refuse %s", (text) => {
    expect(() => parseWireVersion(text)).toThrowError(expect.objectContaining({ code: "invalid" }));
  });

  it("refuse data beyond 65536 bytes before its kind is looked at", () => {
    const cursor = (length: number) => ({ kind: "merkle", data: "x".repeat(length - 2) });
    expect(() => wireToVersion(cursor(65_536))).toThrowError("unknown cursor kind: merkle");
    expect(() => wireToVersion(cursor(65_537))).toThrowError("too large: 65537 bytes");
  });

  it("takes null for zero, and an app's own kind", () => {
    expect(wireToVersion(readJson('{"kind":"integer","data":null}'))).toBe(INTEGER_ZERO);
    const own: VersionKind = { kind: "integer", write: () => "1", read: () => INTEGER_ZERO };
    expect(wireToVersion({ kind: "integer", data: "any" }, [...VERSION_KINDS, own])).toBe(
      INTEGER_ZERO,
    );
  });
});
