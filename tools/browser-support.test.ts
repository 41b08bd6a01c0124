// What the look at browsers' support must find, and what it must leave alone.

import { expect, test } from "vitest";
import { findUnsupported } from "./browser-support.ts";

const found = (text: string) => findUnsupported([{ file: "a.ts", text }]).map(({ name }) => name);

test.each([
  ["const days = Map.groupBy(all, ({ day }) => day);", "Map.groupBy"],
  ["const { promise } = Promise.withResolvers();", "Promise.withResolvers"],
  ["if (text.isWellFormed()) send(text);", ".isWellFormed"],
  ["const ok = URL.canParse(url);", "URL.canParse"],
  ["return Response.json({});", "Response.json"],
  ["button.ariaLabel = title;", ".ariaLabel"],
  ["const letters = /[\\p{L}--[a-z]]/v;", "RegExp.unicodeSets"],
  ["const now = Temporal.Now.instant();", "Temporal.Now"],
])("a planted violation is found: %s", (text, name) => {
  expect(found(`export function f() { ${text} }`)).toEqual([name]);
});

test.each([
  ["what is called if it is there", "text.isWellFormed?.() ?? true;"],
  ["what all of them have", "structuredClone([1].toSorted().findLast(Boolean));"],
  [
    "what is imported under the name",
    'import { Temporal } from "polyfill"; Temporal.Now.instant();',
  ],
  ["members of our own", "class Own { isWellFormed() {} } new Own().isWellFormed();"],
  ["types", "interface Text { isWellFormed(): boolean } type All = typeof Map.groupBy;"],
])("%s is left alone", (_what, text) => {
  expect(found(text)).toEqual([]);
});

test("says where it is", () => {
  const file = "b.ts";
  const text = "\n\nexport const one = Map.groupBy([], String);\n";
  expect(findUnsupported([{ file, text }])).toEqual([{ file, line: 3, name: "Map.groupBy" }]);
});
