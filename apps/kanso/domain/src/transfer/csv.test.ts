// CSV: what spreadsheets and other apps write is read, and what we write reads as it was.

import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCsv, parseCsv } from "./csv.ts";

test.each([
  ["", []],
  ["a,b", [["a", "b"]]],
  ["a,b\n", [["a", "b"]]],
  ["a,\n", [["a", ""]]],
  [
    "a,b\r\nc,d\re,f",
    [
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
    ],
  ],
  ["\uFEFFa,b", [["a", "b"]]],
  ['"a,b","c""d","e\nf"', [["a,b", 'c"d', "e\nf"]]],
  ['""', []],
  ['a,""', [["a", ""]]],
  ['a"b,c', [['a"b', "c"]]],
  ['"a" b,c', [["a b", "c"]]],
  ["\n\na,b\n\n", [["a", "b"]]],
] satisfies [string, string[][]][])("%j", (text, rows) => {
  expect(parseCsv(text)).toEqual(rows);
});

test("a quote that is not closed is named with its row", () => {
  expect(() => parseCsv('a,b\nc,"d\n')).toThrow("row 2: a quote is not closed");
});

test("any cells come back as they were", () => {
  const cell = fc.string({
    unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "\uFEFF", "é", "=", "'"),
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })), (rows) => {
      expect(parseCsv(formatCsv(rows))).toEqual(rows);
    }),
    { numRuns: 1_000 },
  );
});
