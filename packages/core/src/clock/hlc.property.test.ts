// The clock's promises, for any wall clock.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CLOCK_START,
  type ClockState,
  compareClocks,
  formatTime,
  isTime,
  MS_MAX,
  nextStamp,
  parseTime,
  receive,
  successor,
  tick,
} from "./index.ts";

const ms = fc.integer({ min: 0, max: MS_MAX - 10 });
const state: fc.Arbitrary<ClockState> = fc.record({
  ms,
  counter: fc.integer({ min: 0, max: 0xffff }),
});
const clientId = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,20}$/);

describe("hybrid logical clock", () => {
  it("gives ever greater readings, whatever the wall clock does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(ms, fc.constantFrom(0, -5, Number.NaN)), { maxLength: 200 }),
        (walls) => {
          let last = CLOCK_START;
          for (const wall of walls) {
            const next = tick(last, wall);
            expect(compareClocks(next, last)).toBeGreaterThan(0);
            last = next;
          }
        },
      ),
    );
  });

  it("goes one millisecond ahead when a counter is used up", () => {
    expect(tick({ ms: 5, counter: 0xffff }, 5)).toEqual({ ms: 6, counter: 0 });
  });

  it("writes readings that sort as text in the order of time", () => {
    fc.assert(
      fc.property(state, state, clientId, (a, b, id) => {
        const order = Math.sign(compareClocks(a, b));
        const [left, right] = [formatTime(a, id), formatTime(b, id)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(order);
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(state, clientId, (reading, id) => {
        expect(parseTime(formatTime(reading, id))).toEqual({ ...reading, clientId: id });
      }),
    );
  });

  it("follows a reading within its bound, and ignores one beyond it", () => {
    fc.assert(
      fc.property(
        state,
        state,
        ms,
        fc.integer({ min: 0, max: 1e9 }),
        (own, remote, wall, bound) => {
          const next = receive(own, remote, wall, bound);
          if (remote.ms - wall > bound) expect(next).toBe(own);
          else {
            expect(compareClocks(next, own)).toBeGreaterThanOrEqual(0);
            expect(compareClocks(successor(next), remote)).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it.each([
    "",
    "now",
    "2026-11-20T10:05:00.000Z",
    "2026-11-20T10:05:00.000Z-0003-",
    "2026-11-20T10:05:00.000Z-0003-a/b",
    "2026-02-31T10:05:00.000Z-0003-a",
    "2026-11-20T25:05:00.000Z-0003-a",
    "1969-12-31T23:59:59.999Z-0000-a",
    "2026-11-20T10:05:00Z-0003-a",
    "2026-11-20T10:05:00.000Z-000G-a",
    "2026-11-20T10:05:00.000+01:00-0003-a",
    `2026-11-20T10:05:00.000Z-0003-${"x".repeat(129)}`,
  ])("takes %j for no reading", (text) => {
    expect(isTime(text)).toBe(false);
    expect(() => parseTime(text)).toThrowError(expect.objectContaining({ code: "invalid" }));
  });
});

describe("commit stamp", () => {
  it("is greater than the last one, and never behind the clock", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), fc.nat(2 ** 40), (last, wall) => {
        const next = nextStamp(last, wall);
        expect(next).toBeGreaterThan(last);
        expect(next).toBeGreaterThanOrEqual(wall * 1000);
      }),
    );
  });
});
