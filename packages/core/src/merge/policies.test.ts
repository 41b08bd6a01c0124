// The policies case by case, and how times are settled.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareClocks, formatTime, isTime, MS_MAX, parseTime } from "../clock/index.ts";
import type { Change, ChangeOp } from "../record/change.ts";
import type { Fields } from "../record/json.ts";
import type { RecordState } from "../record/record.ts";
import {
  counter,
  customPolicy,
  log,
  lww,
  type MergePolicy,
  policyByName,
  resolvePolicy,
  settleTimes,
  versioned,
} from "./index.ts";

const at = (second: number, client = "a") =>
  `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z-0000-${client}`;
const change = (
  op: ChangeOp,
  second: number,
  fields?: Fields,
  more: Partial<Change> = {},
): Change => ({
  collection: "c",
  id: "r",
  op,
  time: at(second),
  ...(fields === undefined ? {} : { fields }),
  ...more,
});

function run(policy: MergePolicy, ...changes: Change[]): RecordState | undefined {
  let state: RecordState | undefined;
  for (const [i, one] of changes.entries()) {
    const outcome = policy.merge(state, one, { stamp: i + 1, userId: "u" });
    if (outcome.type === "rejected") throw outcome.error;
    if (outcome.type === "written") state = outcome.record;
  }
  return state;
}

const outcomeOf = (policy: MergePolicy, state: RecordState | undefined, one: Change) =>
  policy.merge(state, one, { stamp: 50, userId: "u" }).type;

describe("lww", () => {
  it("[G7] a late edit does not revive a deleted record", () => {
    const state = run(
      lww,
      change("put", 1, { a: 1 }),
      change("delete", 3),
      change("patch", 9, { a: 2 }),
    );
    expect(state?.deleted).toBe(true);
  });
  it("brings a record back whole when it is restored", () => {
    const state = run(
      lww,
      change("put", 1, { a: 1, b: 2 }),
      change("delete", 3),
      change("restore", 4),
    );
    expect(state).toMatchObject({ deleted: false, fields: { a: 1, b: 2 } });
  });
  it("does not let a record that is made again inherit", () => {
    const state = run(
      lww,
      change("put", 1, { a: 1, b: 2 }),
      change("delete", 3),
      change("put", 4, { a: 9 }),
    );
    expect(state).toMatchObject({ deleted: false, fields: { a: 9 } });
  });
  it("keeps a record that was only patched invisible until somebody puts it", () => {
    expect(run(lww, change("patch", 5, { a: 1 }))?.deleted).toBe(true);
    const put = run(lww, change("patch", 5, { a: 1 }), change("put", 2, { a: 0, b: 0 }));
    expect(put).toMatchObject({ deleted: false, fields: { a: 1, b: 0 } });
  });
  it("decides equal times by the client, and then by the value, the same everywhere", () => {
    const one = change("patch", 5, { a: 1 }, { time: at(5, "a") });
    const other = change("patch", 5, { a: 2 }, { time: at(5, "b") });
    expect(run(lww, one, other)?.fields).toEqual(run(lww, other, one)?.fields);
  });
});

describe("versioned", () => {
  it("accepts a change from the current version and no other", () => {
    const state = run(versioned, change("put", 1, { a: 1 }, { baseVersion: 0 }));
    expect(outcomeOf(versioned, state, change("patch", 2, { a: 2 }, { baseVersion: 1 }))).toBe(
      "written",
    );
    for (const baseVersion of [0, 2]) {
      expect(outcomeOf(versioned, state, change("patch", 2, { a: 2 }, { baseVersion }))).toBe(
        "conflict",
      );
    }
    expect(outcomeOf(versioned, undefined, change("patch", 2, { a: 2 }))).toBe("rejected");
  });
});

describe("log", () => {
  const state = run(log, change("put", 1, { a: 1, b: 2 }));
  it("takes the same entry again as a duplicate, and another one as a conflict", () => {
    expect(outcomeOf(log, state, change("put", 2, { b: 2, a: 1 }))).toBe("unchanged");
    expect(outcomeOf(log, state, change("put", 2, { a: 9 }))).toBe("conflict");
  });
  it("refuses everything but put", () => {
    for (const op of ["patch", "delete", "restore"] as const)
      expect(outcomeOf(log, state, change(op, 2))).toBe("rejected");
  });
});

describe("counter", () => {
  it("[MP1] adds up to the same in any order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 20 }),
        (steps) => {
          const changes = steps.map((n, i) => change(i === 0 ? "put" : "patch", i % 60, { n }));
          expect(run(counter, ...changes)?.fields).toEqual({ n: steps.reduce((a, b) => a + b, 0) });
          expect(run(counter, ...changes.toReversed())?.fields).toEqual({
            n: steps.reduce((a, b) => a + b, 0),
          });
        },
      ),
    );
  });
  it("refuses fractions, overflow, and a field that is a number once and a text once", () => {
    const state = run(counter, change("put", 1, { n: Number.MAX_SAFE_INTEGER, name: "likes" }));
    for (const fields of [{ n: 1 }, { n: 0.5 }, { n: "x" }, { name: 1 }]) {
      expect(outcomeOf(counter, state, change("patch", 2, fields))).toBe("rejected");
    }
    expect(
      run(counter, change("put", 1, { n: 1, name: "a" }), change("patch", 2, { name: "b" }))
        ?.fields,
    ).toEqual({ n: 1, name: "b" });
  });
});

describe("custom", () => {
  it("does what the app's function says", () => {
    const maximum = customPolicy("max", (record, { fields = {} }) =>
      Number(fields["n"]) > Number(record?.fields["n"] ?? -1)
        ? { type: "write", fields }
        : { type: "unchanged" },
    );
    expect(
      run(
        maximum,
        change("put", 1, { n: 3 }),
        change("put", 2, { n: 2 }),
        change("put", 3, { n: 7 }),
      )?.fields,
    ).toEqual({ n: 7 });
    expect(resolvePolicy(maximum)).toBe(maximum);
    expect(policyByName("constructor")).toBeUndefined();
  });
});

it.each(["typo", "", "toString"])("names the policies when asked for %j", (name) => {
  expect(() => resolvePolicy(name as "lww")).toThrowError(
    expect.objectContaining({ code: "config", message: expect.stringContaining(`"${name}"`) }),
  );
});

describe("settleTimes", () => {
  it("keeps within the times that can be written", () => {
    const time = "9999-12-31T23:59:59.990Z-ffff-a";
    const change: Change = { collection: "c", id: "r", op: "patch", time, fields: { f: 1 } };
    const last = { ms: MS_MAX, counter: 0xffff };
    const context = { clientId: "a", seenStamp: 0, clock: last, wallMs: 0 };
    const shifted = settleTimes(change, undefined, { ...context, shiftMs: 1_000 });
    expect(isTime(shifted.change.time)).toBe(true);
    // Above the last one of all there is none.
    const end = formatTime(last, "a");
    const current = lww.merge(
      undefined,
      { ...change, op: "put", time: end },
      {
        stamp: 1,
        userId: "u",
      },
    );
    if (current.type !== "written") throw new Error("a put of a new record is written");
    const settled = settleTimes({ ...change, time: end }, current.record, {
      ...context,
      shiftMs: 0,
    });
    expect(isTime(settled.change.times?.["f"] ?? settled.change.time)).toBe(true);
  });

  const wallMs = Date.UTC(2026, 10, 20, 10, 0, 30);
  const context = {
    clientId: "b",
    shiftMs: 0,
    seenStamp: 0,
    clock: { ms: wallMs, counter: 0 },
    wallMs,
  };

  it("lets an edit made after seeing a value beat it, whatever the device's clock says", () => {
    const stored = run(lww, change("put", 20, { a: "old", b: 1 }));
    fc.assert(
      fc.property(
        fc.integer({ min: -365 * 86_400_000, max: 365 * 86_400_000 }),
        fc.constantFrom("put", "patch", "delete"),
        (skew, op) => {
          const time = formatTime({ ms: Math.max(0, wallMs + skew), counter: 3 }, "b");
          const sent: Change = {
            collection: "c",
            id: "r",
            op: op as ChangeOp,
            time,
            ...(op === "delete" ? {} : { fields: { a: "new" } }),
          };
          const { change: settled, clock } = settleTimes(sent, stored, {
            ...context,
            seenStamp: 1,
          });
          const outcome = lww.merge(stored, settled, { stamp: 2, userId: "u" });
          expect(outcome.type).toBe("written");
          if (outcome.type !== "written") return;
          if (op === "delete") expect(outcome.record.deleted).toBe(true);
          else expect(outcome.record.fields["a"]).toBe("new");
          expect(compareClocks(parseTime(settled.time), clock)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });

  it("leaves a concurrent write to the clocks", () => {
    const stored = run(lww, change("put", 20, { a: "theirs" }));
    const { change: settled } = settleTimes(change("patch", 5, { a: "mine" }), stored, context);
    expect(lww.merge(stored, settled, { stamp: 2, userId: "u" }).type).toBe("unchanged");
  });

  it("lets a client's own later write beat its earlier one", () => {
    const stored = run(lww, { ...change("put", 20, { a: 1 }), time: at(20, "b") });
    const { change: settled } = settleTimes(
      { ...change("patch", 5, { a: 2 }), time: at(5, "b") },
      stored,
      context,
    );
    expect(lww.merge(stored, settled, { stamp: 2, userId: "u" })).toMatchObject({
      record: { fields: { a: 2 } },
    });
  });

  it("keeps the order of a push that lies ahead of the server's clock, and shifts one that is far off", () => {
    let { clock } = context;
    const times: string[] = [];
    for (const second of [40, 41, 42]) {
      const settled = settleTimes(change("put", second, { a: 1 }), undefined, {
        ...context,
        clock,
      });
      clock = settled.clock;
      times.push(settled.change.time);
    }
    expect([...times].sort()).toEqual(times);
    expect(times.every((time) => parseTime(time).ms <= wallMs)).toBe(true);
    const shifted = settleTimes(change("put", 5, {}), undefined, { ...context, shiftMs: -2_000 });
    expect(shifted.change.time.slice(17, 23)).toBe("03.000");
  });
});
