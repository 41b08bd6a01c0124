// What a search finds in a text, and which part of it.

import { expect, test } from "vitest";
import { findWords } from "./match.ts";

test.each([
  ["Drink water", "water", ["water"]],
  ["Drink water", "WAT dr", ["Dr", "wat"]],
  ["Früh schlafen", "fruh", ["Früh"]],
  ["Più acqua", "piu", ["Più"]],
  ["Straße", "strasse", ["Straße"]],
  ["rewrite and write", "write", ["write"]],
  ["Cafe\u0301 noir", "café", ["Cafe\u0301"]],
  ["anything", "  ", []],
  ["🌊 wave", "wave", ["wave"]],
])("in %j %j finds %j", (text, query, found) => {
  expect(findWords(text, query)?.map(([from, to]) => text.slice(from, to))).toEqual(found);
});

test("a whole word is preferred to a part of another one", () => {
  expect(findWords("rewrite and write", "write")).toEqual([[12, 17]]);
});

test("words that overlap are one part", () => {
  expect(findWords("walking", "walk walking")).toEqual([[0, 7]]);
});

test.each([
  ["Drink water", "wine"],
  ["Drink water", "drink wine"],
  ["", "a"],
])("in %j %j finds nothing", (text, query) => {
  expect(findWords(text, query)).toBeUndefined();
});
