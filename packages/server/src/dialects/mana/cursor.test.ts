import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coversOf, formatSince, orgTags, parseSince } from "./cursor.ts";
import { decodeName, encodeName } from "./ids.ts";
import { formatInstant, parseInstant, readTime, timeOf, timeToText } from "./instants.ts";

const tags = fc.uniqueArray(fc.uuid()).map((ids) => coversOf([...orgTags(ids).values()]));
const stamps = fc.integer({ min: 1, max: 8_000_000_000_000_000 });

describe("cursors", () => {
  test("are stamps, there and back, and sort as text as the stamps do", () => {
    fc.assert(
      fc.property(
        stamps,
        stamps,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        tags,
        (a, b, freshA, freshB, midwayA, coversA) => {
          const [one, other] = [
            formatSince({ stamp: a, fresh: freshA, midway: freshA || midwayA, covers: coversA }),
            formatSince({ stamp: b, fresh: freshB, midway: freshB, covers: [] }),
          ];
          expect(parseSince(one)).toEqual({
            stamp: a,
            fresh: freshA,
            midway: freshA || midwayA,
            covers: coversA,
          });
          if (a < b) expect(one < other).toBe(true);
          if (a > b) expect(one > other).toBe(true);
        },
      ),
    );
  });

  test("of the beginning are the clients' own, and sort before all others", () => {
    const beginning = formatSince({ stamp: 0, fresh: true, midway: true, covers: [] });
    expect(beginning).toBe("1970-01-01T00:00:00.000Z");
    expect(
      beginning < formatSince({ stamp: 1_000_000, fresh: true, midway: true, covers: [] }),
    ).toBe(true);
  });
});

describe("instants", () => {
  test.each([
    ["2026-05-01T08:00:00Z", "2026-05-01T08:00:00.000000Z"],
    ["2026-05-01T08:00:00.1Z", "2026-05-01T08:00:00.100000Z"],
    ["2026-05-01T08:00:00.123456789Z", "2026-05-01T08:00:00.123456Z"],
    ["2026-05-01T10:30:00.5+02:30", "2026-05-01T08:00:00.500000Z"],
    ["2026-04-30T23:00:00-09:00", "2026-05-01T08:00:00.000000Z"],
    ["2024-02-29t00:00:00z", "2024-02-29T00:00:00.000000Z"],
  ])("%s is %s", (text, expected) => {
    expect(formatInstant(parseInstant(text) ?? 0)).toBe(expected);
  });

  test.each([
    "",
    "now",
    "2026-05-01",
    "2026-05-01T08:00:00",
    "2026-05-01 08:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-05-01T24:00:00Z",
    "2026-05-01T08:00:60Z",
    "2026-05-01T08:00:00.Z",
    "2026-05-01T08:00:00+25:00",
    " 2026-05-01T08:00:00Z",
    1_700_000_000,
    null,
    undefined,
    {},
  ])("%j is none", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test("become times that sort as they do, and are shown with milliseconds", () => {
    fc.assert(
      fc.property(stamps, stamps, fc.nat(63), fc.nat(63), (a, b, tieA, tieB) => {
        const [one, other] = [timeOf(a, "c", tieA), timeOf(b, "c", tieB)];
        expect(readTime(one)).toEqual({ micros: a, tie: tieA });
        if (a < b || (a === b && tieA < tieB)) expect(one < other).toBe(true);
        expect(parseInstant(timeToText(one))).toBe(Math.floor(a / 1000) * 1000);
      }),
    );
    expect(timeToText(timeOf(-5, "c"))).toBe("1970-01-01T00:00:00.000Z");
  });
});

test("names come back as they were, and what fits our alphabet stays", () => {
  expect(encodeName("tasks")).toBe("tasks");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (name) => {
      const encoded = encodeName(name);
      expect(decodeName(encoded)).toBe(name);
      expect(encoded).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
    }),
  );
  expect(decodeName(encodeName("m:u:tricky"))).toBe("m:u:tricky");
  expect(() => encodeName("é".repeat(60))).toThrow(/too long/);
});
