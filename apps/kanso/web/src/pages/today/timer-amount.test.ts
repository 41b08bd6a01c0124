// What a timer's time adds to a day.

import { expect, test } from "vitest";
import { timerAmount, timerText } from "./timer-amount.ts";

test.each([
  [600_000, "min", 10],
  [90_000, "minutes", 1.5],
  [2_999, "Min.", 0],
  [3_000, "", 0.1],
  [90_000, "seconds", 90],
  [1_500, "Sek.", 1.5],
  [5_400_000, "h", 1.5],
  [5_400_000, "Stunden", 1.5],
  [5_400_000, "ore", 1.5],
  [-5, "min", 0],
  [9 * 86_400_000, "min", 1_440],
])("%d ms in %j are %d", (elapsedMs, unit, amount) => {
  expect(timerAmount(elapsedMs, unit)).toBe(amount);
});

test.each([
  [-1, "0:00"],
  [999, "0:00"],
  [65_000, "1:05"],
  [3_729_000, "1:02:09"],
])("%d ms are shown as %s", (elapsedMs, text) => {
  expect(timerText(elapsedMs)).toBe(text);
});
