// Where keys lead in a grid whose rows have not the same length.

import { expect, test } from "vitest";
import { gridStep } from "./grid-step.ts";

// The first row begins later, the last one ends earlier.
const CELLS = ["0:1", "0:2", "1:0", "1:1", "1:2", "2:0", "2:1"];

test.each([
  ["ArrowLeft", "1:1", "1:0"],
  ["ArrowRight", "1:1", "1:2"],
  ["ArrowUp", "1:1", "0:1"],
  ["ArrowDown", "1:1", "2:1"],
  ["Home", "1:2", "1:0"],
  ["End", "1:0", "1:2"],
  ["Home", "0:2", "0:1"],
  ["End", "2:0", "2:1"],
])("%s leads from %s to %s", (key, from, to) => {
  expect(gridStep(key, from, CELLS)).toBe(to);
});

test.each([
  ["ArrowUp", "1:0"],
  ["ArrowLeft", "0:1"],
  ["ArrowDown", "1:2"],
  ["ArrowRight", "2:1"],
  ["Enter", "1:1"],
  ["a", "1:1"],
])("%s leads nowhere from %s", (key, from) => {
  expect(gridStep(key, from, CELLS)).toBeUndefined();
});
