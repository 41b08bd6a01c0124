// Every record that a policy can make is one that a device can read.

import { expect, it } from "vitest";
import { isTime } from "../clock/index.ts";
import { counter } from "../merge/index.ts";
import { recordToWire } from "./wire.ts";

it("gives a counter that was only ever patched a time that devices can read", () => {
  const time = "2026-11-20T10:00:01.000Z-0000-a";
  const outcome = counter.merge(
    undefined,
    { collection: "c", id: "r", op: "patch", time, fields: { n: 5 } },
    { stamp: 1_795_341_900_000_001, userId: "u" },
  );
  expect(outcome.type).toBe("written");
  if (outcome.type === "written") expect(isTime(recordToWire(outcome.record).time)).toBe(true);
});
