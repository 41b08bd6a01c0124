// Amounts of storage.

import { expect, test } from "vitest";
import { bytesText } from "./bytes.ts";

test.each([
  ["en", 0, "0 byte"],
  ["en", 1_500_000, "1.5 MB"],
  ["de", 1_500_000, "1,5 MB"],
  ["it", 23_000_000_000, "23 GB"],
])("%s: %d is %s", (locale, bytes, text) => expect(bytesText(locale, bytes)).toBe(text));
