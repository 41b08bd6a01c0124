// Where rows are while one is dragged, and the list afterwards.

import { expect, test } from "vitest";
import { movedTo } from "./moved-to.ts";
import { shiftOf } from "./use-drag-order.ts";

test.each([
  [0, 2, "bca"],
  [2, 0, "cab"],
  [1, 1, "abc"],
  [9, 0, "abc"],
])("from %d to %d: %s", (from, to, expected) => {
  expect(movedTo([..."abc"], from, to).join("")).toBe(expected);
});

test("rows between make room, others stay", () => {
  const places = [0, 1, 2, 3];
  const down = { from: 1, to: 2, byPx: 70, roomPx: 60 };
  const up = { from: 2, to: 0, byPx: -130, roomPx: 60 };
  expect(places.map((at) => shiftOf(at, down))).toEqual([0, 70, -60, 0]);
  expect(places.map((at) => shiftOf(at, up))).toEqual([60, 60, -130, 0]);
  expect(places.map((at) => shiftOf(at, undefined))).toEqual([0, 0, 0, 0]);
});
