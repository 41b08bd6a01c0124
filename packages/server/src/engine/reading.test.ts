// Readings: what the server notes on a cursor comes back; what it would not write is refused.

import { formatCursor, isSynclineError, signCursor } from "@syncline/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatReading, parseReading } from "./reading.ts";

const place = { epoch: fc.constant("e1"), stamp: fc.maxSafeNat(), scope: fc.constant("all") };
const nat = fc.maxSafeNat();

describe("a reading", () => {
  test("comes back from its text", () => {
    const reading = fc.oneof(
      fc.record(place),
      fc.record({ ...place, began: nat }),
      fc.record({ ...place, rules: nat }),
      fc.record({ ...place, rules: nat, walk: fc.record({ known: nat, target: nat }) }),
    );
    fc.assert(
      fc.property(reading, (one) => {
        expect(parseReading(formatReading(one))).toEqual({ ...one });
      }),
    );
  });

  test("is what a client writes when it resumes a stream", () => {
    const cursor = { epoch: "e1", stamp: 5, scope: "all" };
    expect(parseReading(formatCursor(cursor, 9))).toEqual({ ...cursor, began: 9 });
  });

  test.each(["!1!2", "~1!2", "!1~2", "~1~2", "~zzzzzzzzzzz", "!1!2!zzzzzzzzzzz", "!", "!1!2!3!4"])(
    "is refused with the note %j",
    (note) => {
      let thrown: unknown;
      try {
        parseReading(signCursor(`1.e1.5${note}.all`));
      } catch (error) {
        thrown = error;
      }
      expect(isSynclineError(thrown, "invalid")).toBe(true);
    },
  );
});
