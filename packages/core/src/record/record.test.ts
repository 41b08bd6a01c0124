// Names, cursors, digests and JSON: what is accepted, and what is refused by name.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  checkJson,
  DigestSum,
  ERROR_CATALOGUE,
  ERROR_REMEDIES,
  errorFromBody,
  formatCursor,
  isId,
  isSpaceName,
  isSynclineError,
  type Json,
  parseCursor,
  parseSpace,
  personalSpace,
  SynclineError,
  scopeOf,
} from "../index.ts";

describe("names", () => {
  it("gives every user a personal space of their own, which no shared space can be", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
        fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
        (a, b) => {
          fc.pre(a.isWellFormed() && b.isWellFormed());
          expect(personalSpace(a) === personalSpace(b)).toBe(a === b);
          expect(isSpaceName(personalSpace(a))).toBe(true);
          expect(isId(personalSpace(a))).toBe(false);
        },
      ),
    );
  });
  it.each([
    "",
    ".",
    "..",
    "a b",
    "a/b",
    "ä",
    "x".repeat(129),
    "__proto__",
    "constructor",
    "a\u0000",
  ])("takes %j for no id", (text) => {
    expect(isId(text)).toBe(false);
  });
  it.each(["todo", "/x", "todo/", "todo/..", "./x", "to do/x", "todo/a/b", "todo/~a b"])(
    "takes %j for no space",
    (text) => {
      expect(() => parseSpace(text)).toThrowError(expect.objectContaining({ code: "invalid" }));
    },
  );
});

describe("cursor", () => {
  const cursor = fc.record({
    epoch: fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/),
    stamp: fc.maxSafeNat(),
    scope: fc.constantFrom("all", scopeOf(["a"])),
  });
  it("comes back from its text", () => {
    fc.assert(
      fc.property(cursor, (one) => {
        expect(parseCursor(formatCursor(one))).toEqual({ ...one, note: "" });
        expect(parseCursor(formatCursor(one, one.stamp))).toEqual({
          ...one,
          note: `~${one.stamp.toString(36)}`,
        });
      }),
    );
  });
  it("is refused when it was cut off, changed or made up", () => {
    fc.assert(
      fc.property(cursor, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (one, at, char) => {
        const text = formatCursor(one);
        const i = at % text.length;
        const damaged = [text.slice(0, i), text.slice(0, i) + char + text.slice(i + 1), `${text}x`];
        for (const bad of damaged) {
          if (bad !== text)
            expect(() => parseCursor(bad)).toThrowError(
              expect.objectContaining({ code: "invalid", path: "cursor" }),
            );
        }
      }),
    );
  });
  it("has the same scope for the same collections in any order", () => {
    expect(scopeOf(["b", "a", "b"])).toBe(scopeOf(["a", "b"]));
    expect(scopeOf(["a"])).not.toBe(scopeOf(undefined));
  });
});

describe("digest", () => {
  const members = fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.integer({ min: 1, max: 2 ** 50 })),
    { maxLength: 30 },
  );
  it("does not depend on order, and takes back what was added", () => {
    fc.assert(
      fc.property(members, members, (some, more) => {
        const straight = new DigestSum();
        for (const [id, stamp] of some) straight.add(id, stamp);
        const detour = new DigestSum();
        for (const [id, stamp] of [...more, ...some.toReversed()]) detour.add(id, stamp);
        for (const [id, stamp] of more) detour.subtract(id, stamp);
        expect(String(detour)).toBe(String(straight));
        expect(String(new DigestSum(String(straight)))).toBe(String(straight));
      }),
    );
  });
  it("adds up modulo 2^64, as whole numbers do", () => {
    const values = Array.from({ length: 500 }, (_, i) =>
      BigInt(`0x${String(new DigestSum().add(`r${i}`, i))}`),
    );
    const sum = new DigestSum();
    for (let i = 0; i < 500; i++) sum.add(`r${i}`, i);
    const expected = values.reduce((a, b) => (a + b) % 2n ** 64n, 0n);
    expect(String(sum)).toBe(expected.toString(16).padStart(16, "0"));
  });
});

describe("JSON", () => {
  it("has one canonical text whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        const text = canonicalJson(json);
        expect(canonicalJson(reversed(json))).toBe(text);
        expect(JSON.parse(text)).toEqual(json);
      }),
    );
  });
  it("is checked without recursion, however deep", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1_000_000; i++) deep = [deep];
    expect(checkJson(deep, 32)).toMatchObject({ code: "too_large" });
  });
  it.each([
    [{ a: Number.NaN }, "a"],
    [{ a: [1, 2 ** 53] }, "a.1"],
    [{ a: "\ud800" }, "a"],
    [{ a: "x\u0000" }, "a"],
    [JSON.parse('{"a":{"__proto__":1}}'), "a.__proto__"],
    [{ constructor: 1 }, "constructor"],
    [{ prototype: 1 }, "prototype"],
    [{ "": 1 }, ""],
    [{ a: undefined }, "a"],
    [{ a: () => 1 }, "a"],
    [{ a: 10n }, "a"],
  ])("refuses %s at its path", (value, path) => {
    expect(checkJson(value, 32)).toMatchObject({ path });
  });
});

describe("errors", () => {
  it("says for every code what it means and what to do", () => {
    expect(Object.keys(ERROR_REMEDIES)).toEqual(Object.keys(ERROR_CATALOGUE));
    for (const spec of Object.values(ERROR_CATALOGUE)) expect(spec.message).toMatch(/^.{10,}\.$/);
    for (const remedy of Object.values(ERROR_REMEDIES)) expect(remedy).toMatch(/^.{10,}\.$/);
  });
  it("is known across two copies of the package, and comes back from the wire", () => {
    const error = new SynclineError("too_large", "No.", {
      path: "a.b",
      retryAfter: 3,
      details: "secret",
    });
    expect(isSynclineError(error, "too_large")).toBe(true);
    expect(isSynclineError(new Error("x"))).toBe(false);
    expect(JSON.stringify(error.toBody())).not.toContain("secret");
    expect(errorFromBody(error.toBody())).toMatchObject({
      code: "too_large",
      path: "a.b",
      retryAfter: 3,
      status: 413,
    });
    expect(errorFromBody({ code: "of the future", message: "?" }).code).toBe("internal");
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item as Json)]),
  );
}
