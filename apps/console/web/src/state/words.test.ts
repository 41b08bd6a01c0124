// Times, sizes and counts as people read them.

import { expect, test } from "vitest";
import { ago, bytes, counted, lasting } from "./words.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [123_456, "123 kB"],
  [5_400_000_000, "5.4 GB"],
  [7e15, "7000 TB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [60, "1 minute"],
  [3_725, "1 hour, 2 minutes"],
  [86_400 * 40 + 5, "40 days"],
  [90_061, "1 day, 1 hour"],
])("%d seconds are %s", (value, text) => {
  expect(lasting(value)).toBe(text);
});

test.each([
  [0, "just now"],
  [59_000, "just now"],
  [-59_000, "in less than a minute"],
  [180_000, "3 minutes ago"],
  [86_400_000, "yesterday"],
  [-2 * 86_400_000, "in 2 days"],
  [800 * 86_400_000, "2 years ago"],
])("what was %d ms before now was %s", (before, text) => {
  const now = Date.UTC(2026, 10, 20);
  expect(ago(new Date(now - before).toISOString(), now)).toBe(text);
});

test("one is one, and more are many", () => {
  expect(counted(1, "device")).toBe("1 device");
  expect(counted(12_000, "device")).toBe("12,000 devices");
  expect(counted(2, "entry", "entries")).toBe("2 entries");
});
