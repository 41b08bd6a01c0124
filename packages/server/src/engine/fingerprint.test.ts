import type { Json } from "@syncline/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

const DEPTH = 32;

function of(value: Json, seen: string | null = null): string {
  const change = { collection: "c", id: "i", op: "put" as const, time: "t", fields: { value } };
  return fingerprint({ id: 1, seen, changes: [change] }, DEPTH);
}

/** The same value with the keys of every object in the opposite order. */
function reversed(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value as { readonly [key: string]: Json }).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) as fc.Arbitrary<Json>;

test("[G3] a mutation has one fingerprint, whatever the order of its keys", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(of(reversed(value))).toBe(of(structuredClone(value)));
    }),
  );
});

test("[G3] mutations that say different things have different fingerprints", () => {
  const values: Json[] = [
    null,
    true,
    false,
    0,
    1,
    2,
    3,
    -1,
    "",
    "0",
    "1",
    "2",
    "null",
    "[",
    "{",
    "a",
    "ab",
    [],
    [[]],
    [null],
    [0],
    [1],
    [0, 1],
    ["a"],
    ["a", "b"],
    ["ab"],
    ["a,b"],
    [["a"], "b"],
    ["a", ["b"]],
    {},
    { a: 1 },
    { a: "1" },
    { a: {} },
    { a: [] },
    { a: null },
    { b: 1 },
    { a: 1, b: 1 },
    { a: { b: 1 } },
    [{ a: 1 }, { b: 1 }],
    [{ a: 1, b: 1 }],
    { 'a":1,"b': 1 },
    "\ud83d\ude00",
    "\u0000",
  ];
  const prints = new Set(values.map((value) => of(value)));
  expect(prints.size).toBe(values.length);
  expect(of(1, "x")).not.toBe(of(1));
});

test("[G3] random values that differ have fingerprints that differ", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(of(a) === of(b)).toBe(same);
    }),
  );
});

function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const members = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { sorted: members.map(([key, item]) => [key, sorted(item)]) };
}
