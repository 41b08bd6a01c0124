// The ids of events: version 7, their time, and their order.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createEventIds } from "./event-id.ts";

const UUID7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it("gives version 7 of the clock's millisecond, and the same second as the timestamp", () => {
  const next = createEventIds(() => 1_760_000_000_999, randomUUID);
  const { uuid, timestamp } = next();
  const [, high = "", low = ""] = UUID7.exec(uuid) ?? [];
  expect(Number.parseInt(high + low, 16)).toBe(1_760_000_000_999);
  expect(timestamp).toBe(1_760_000_000);
});

it("ascends within a millisecond, beyond the counter's room, and when the clock goes back", () => {
  let now = 1_760_000_000_000;
  const next = createEventIds(() => now, randomUUID);
  const ids = Array.from({ length: 10_000 }, (_, at) => {
    if (at === 5_000) now -= 10_000;
    return next();
  });
  const uuids = ids.map(({ uuid }) => uuid);
  expect(uuids.every((uuid) => UUID7.test(uuid))).toBe(true);
  expect([...uuids].sort()).toEqual(uuids);
  expect(new Set(uuids).size).toBe(uuids.length);
});

it("does not go on from a clock that was wrong by days", () => {
  let now = 1_860_000_000_000;
  const next = createEventIds(() => now, randomUUID);
  next();
  now = 1_760_000_000_000;
  expect(next().timestamp).toBe(1_760_000_000);
});

it("refuses random ids that are none", () => {
  expect(() =>
    createEventIds(
      () => 1,
      () => "abc",
    )(),
  ).toThrow("UUIDs");
});
