// How much a tap adds, by targets that people set.

import { expect, test } from "vitest";
import { stepOf } from "./step.ts";

test.each([
  [0, 1],
  [0.5, 0.5],
  [1, 1],
  [8, 1],
  [20, 2],
  [30, 5],
  [100, 20],
  [10_000, 2_000],
])("a target of %d is reached in steps of %d", (target, step) => {
  expect(stepOf(target)).toBe(step);
});
