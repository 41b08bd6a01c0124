// Amounts in words, in each language.

import { expect, test } from "vitest";
import { additionInWords, amountInWords } from "./amount.ts";
import { createFormat } from "./format.ts";
import { today as de } from "./messages/de/today.ts";
import { today as en } from "./messages/en/today.ts";
import { today as it } from "./messages/it/today.ts";

const AT_LEAST = "at_least" as const;
const water = { title: "Water", targetValue: 8, targetType: AT_LEAST, unit: "glasses" };

test.each([
  ["en", en, "Water: +1, now 1 of 8 glasses", "0.3 of 1.5"],
  ["de", de, "Water: +1, jetzt 1 von 8 glasses", "0,3 von 1,5"],
  ["it", it, "Water: +1, ora 1 di 8 glasses", "0,3 di 1,5"],
] as const)("%s: a unit stands beside the target alone", (language, text, added, plain) => {
  const words = { text, format: createFormat(language) };
  expect(additionInWords(water, { before: 0, amount: 1 }, words)).toBe(added);
  const litres = { title: "Water", targetValue: 1.5, targetType: AT_LEAST, unit: "" };
  expect(amountInWords(litres, 0.3, words)).toBe(plain);
  expect(additionInWords(litres, { before: 0.1, amount: 0.2 }, words)).toMatch(plain);
});
