// lww is a join: any order, any repetition, any grouping of changes gives the same record.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../tools/property-runs.ts";
import { isInitial } from "../clock/hlc.ts";
import { canonicalJson } from "../record/canonical-json.ts";
import type { Change } from "../record/change.ts";
import type { Json } from "../record/json.ts";
import type { RecordState } from "../record/record.ts";
import { recordToText, recordToWire, textToRecord, wireToRecord } from "../record/wire.ts";
import { deletionRegister, fieldRegister, fieldTime, lww } from "./lww.ts";

/** The beginning of time, for 0. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom("a", "b", "c"))
  .map(([n, id]) =>
    n === 0 ? `1970-01-01T00:00:00.000Z-0000-${id}` : `2026-11-20T10:00:00.00${n}Z-0000-${id}`,
  );
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom("x", null, true),
  fc.constant({ deep: [1] }),
);
const fields = fc.dictionary(fc.constantFrom("f", "g", "h", "__proto__", "constructor"), value, {
  maxKeys: 3,
});
const change: fc.Arbitrary<Change> = fc
  .record({
    op: fc.constantFrom("put" as const, "patch" as const, "delete" as const, "restore" as const),
    time,
    fields,
    times: fc.dictionary(fc.constantFrom("f", "g"), time, { maxKeys: 2 }),
  })
  .map(({ op, time: at, fields: given, times }) => {
    const key = { collection: "c", id: "r", op, time: at };
    return op === "put" || op === "patch" ? { ...key, fields: given, times } : key;
  });
const changes = fc.array(change.map(agreed), { maxLength: 8 });

/** The same, with one value for each field at the beginning of time: of several the one that comes first stays. */
function agreed(given: Change): Change {
  if (given.fields === undefined) return given;
  const fields = Object.entries(given.fields).map(([name, value]) => [
    name,
    isInitial(fieldTime(given, name)) ? `first ${name}` : value,
  ]);
  return { ...given, fields: Object.fromEntries(fields) };
}

function apply(given: readonly Change[], from?: RecordState): RecordState | undefined {
  return given.reduce<RecordState | undefined>((state, one, i) => {
    const outcome = lww.merge(state, one, { stamp: i + 1, userId: "u" });
    return outcome.type === "written" ? outcome.record : state;
  }, from);
}

/** What does not depend on the order in which changes arrived: everything but versions and stamps. */
function essence(state: RecordState | undefined): string {
  if (state === undefined) return "nothing";
  const cells = Object.keys(state.fields)
    .sort()
    .map((name) => [name, canonicalJson(state.fields[name]), fieldRegister(state, name)?.time]);
  const mark = deletionRegister(state);
  const of = (time: string | undefined) => (time !== undefined && isInitial(time) ? "first" : time);
  return JSON.stringify([
    state.deleted,
    of(state.registers.base?.time),
    of(mark?.time),
    mark?.deleted,
    cells.map(([name, value, time]) => [name, value, of(time)]),
  ]);
}

describe("[MP1] lww", () => {
  it("[MP1] gives the same record for the same changes in any order", () => {
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.nat()), (given, keys) => {
        const shuffled = given
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(essence(apply(shuffled))).toBe(essence(apply(given)));
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("[MP1] takes a change that comes again as nothing new", () => {
    fc.assert(
      fc.property(changes, changes, (given, extra) => {
        const once = apply([...given, ...extra]);
        expect(essence(apply([...given, ...extra, ...given]))).toBe(essence(once));
      }),
      { numRuns: runs(500) },
    );
  });

  it("[MP1] does not depend on how changes are split over devices", () => {
    fc.assert(
      fc.property(changes, fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }), (given, split) => {
        const devices = [0, 1, 2].map((device) => given.filter((_, i) => split[i] === device));
        expect(essence(apply(devices.flat()))).toBe(essence(apply(given)));
      }),
      { numRuns: runs(500) },
    );
  });

  it("[MP1] never replaces what is there by what was written at the beginning of time, nor brings it back", () => {
    fc.assert(
      fc.property(changes, change, fc.constantFrom("a", "b", "c"), (given, last, id) => {
        const before = apply(given);
        const { times: _times, ...untimed } = last;
        const time = `1970-01-01T00:00:00.000Z-0000-${id}`;
        const after = apply([{ ...untimed, op: "put", time, fields: last.fields ?? {} }], before);
        if (before === undefined || after === undefined) return;
        if (deletionRegister(before)?.deleted === true) expect(after.deleted).toBe(true);
        for (const [name, value] of Object.entries(before.fields)) {
          expect(after.fields[name]).toBe(value);
          expect(fieldRegister(after, name)).toEqual(fieldRegister(before, name));
        }
        const again = lww.merge(
          after,
          { ...untimed, op: "put", time, fields: last.fields ?? {} },
          { stamp: 99, userId: "u" },
        );
        expect(again.type).toBe("unchanged");
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("[MP2] never changes its arguments, and never touches what objects inherit", () => {
    fc.assert(
      fc.property(changes, change, (given, last) => {
        const state = apply(given);
        const before = JSON.stringify([state, last]);
        lww.merge(state, last, { stamp: 99, userId: "u" });
        expect(JSON.stringify([state, last])).toBe(before);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      }),
    );
  });

  it("[MP3] counts versions up by one, and stamps what it writes", () => {
    fc.assert(
      fc.property(changes, change, (given, last) => {
        const state = apply(given);
        const outcome = lww.merge(state, last, { stamp: 99, userId: "u" });
        if (outcome.type !== "written") return;
        expect(outcome.record.version).toBe((state?.version ?? 0) + 1);
        expect(outcome.record.stamp).toBe(99);
      }),
    );
  });

  it("comes back from its text as it was", () => {
    fc.assert(
      fc.property(changes, (given) => {
        const state = apply(given);
        if (state === undefined) return;
        const { collection, id, version, stamp, createdStamp } = state;
        const back = textToRecord({
          collection,
          id,
          version,
          stamp,
          createdStamp,
          ...recordToText(state),
        });
        expect(back).toEqual(state);
      }),
    );
  });

  it("merges on a device as on the server", () => {
    fc.assert(
      fc.property(changes, change, (given, pending) => {
        const state = apply(given);
        if (state === undefined || state.deleted) return;
        const device = apply([pending], wireToRecord(recordToWire(state)));
        expect(essence(device)).toBe(essence(apply([pending], state)));
      }),
      { numRuns: runs(500) },
    );
  });
});
