// Every record that a policy can make is one that a device can read.

import { expect, it } from "vitest";
import { isTime } from "../clock/index.ts";
import { counter, lww } from "../merge/index.ts";
import { recordToWire, wireToRecord } from "./wire.ts";

it("lets an older put that is not sent yet show a record that was only ever patched", () => {
  const change = { collection: "c", id: "r", fields: { n: "new" } };
  const patched = lww.merge(
    undefined,
    { ...change, op: "patch", time: "2026-11-20T10:00:05.000Z-0000-b" },
    { stamp: 1, userId: "u" },
  );
  if (patched.type !== "written") throw new Error("a patch of an unknown record is kept");
  const put = lww.merge(
    wireToRecord(recordToWire(patched.record)),
    { ...change, op: "put", time: "2026-11-20T10:00:01.000Z-0000-a" },
    { stamp: 1, userId: "u" },
  );
  expect(put).toMatchObject({ type: "written", record: { deleted: false } });
});

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
