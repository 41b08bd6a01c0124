// How long ago something was, in the three languages.

import { expect, test } from "vitest";
import { agoText } from "./moment.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

test.each([
  ["en-GB", 20_000, "now"],
  ["en-GB", 60_000, "1 minute ago"],
  ["de", 3 * 3_600_000, "vor 3 Stunden"],
  ["it", 86_400_000, "ieri"],
  ["en-GB", 30 * 86_400_000, "22 Oct 2026"],
  // A clock that was set back does not make the past the future.
  ["en-GB", -60_000, "now"],
])("%s, %d ms ago: %s", (locale, passedMs, text) =>
  expect(agoText(locale, NOW - passedMs, NOW)).toBe(text),
);
