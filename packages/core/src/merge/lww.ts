// Policy lww: per field, the greatest time wins. The state is a join of all changes: any order, any
// repetition, any grouping gives the same fields, times and deletion. What was written at the beginning of
// time ranks below all of that: it fills what is not there and replaces nothing, so that of several such
// values of one field the one that came first stays.

import { isInitial, type Time } from "../clock/hlc.ts";
import { canonicalJson } from "../record/canonical-json.ts";
import type { Change } from "../record/change.ts";
import type { Json } from "../record/json.ts";
import type { DeletionRegister, RecordRegisters, RecordState, Register } from "../record/record.ts";
import {
  type MergeContext,
  type MergeOutcome,
  type MergePolicy,
  nextState,
  UNCHANGED,
} from "./policy.ts";

/** Last write wins, field by field, by the times of the writes. */
export const lww: MergePolicy = { name: "lww", merge: mergeLww };

interface Cell extends Register {
  readonly value: Json;
}

function mergeLww(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
): MergeOutcome {
  const base = joinBase(current?.registers.base, change, context.stamp);
  const mark = joinMark(current && deletionRegister(current), change, context.stamp);
  const cells = joinCells(current, change, context.stamp, base);
  if (current !== undefined && !differs(current, base, mark, cells)) return UNCHANGED;
  if (current === undefined && base === undefined && mark === undefined && cells.size === 0) {
    return UNCHANGED;
  }
  return {
    type: "written",
    record: {
      ...nextState(current, change, context),
      deleted: base === undefined || mark?.deleted === true,
      fields: Object.fromEntries([...cells].map(([name, cell]) => [name, cell.value])),
      registers: toRegisters(base, mark, cells),
    },
  };
}

/** The deletion register of a record, which a `put` leaves unwritten because its base says the same. */
export function deletionRegister(record: RecordState): DeletionRegister | undefined {
  const { base, mark } = record.registers;
  return mark ?? (base && { ...base, deleted: false });
}

/** The register of one field, which is its own or the one of the `put` that wrote it. */
export function fieldRegister(record: RecordState, name: string): Register | undefined {
  if (!Object.hasOwn(record.fields, name)) return undefined;
  const own = record.registers.fields;
  return own !== undefined && Object.hasOwn(own, name) ? own[name] : record.registers.base;
}

/** The time of a field in a change. A `put` holds no field that is older than itself. */
export function fieldTime(change: Change, name: string): Time {
  const own =
    change.times !== undefined && Object.hasOwn(change.times, name)
      ? change.times[name]
      : undefined;
  if (own === undefined) return change.time;
  return change.op === "put" && own < change.time ? change.time : own;
}

function joinBase(base: Register | undefined, change: Change, stamp: number): Register | undefined {
  if (change.op !== "put") return base;
  return base === undefined || isNewer(change.time, base.time)
    ? { time: change.time, stamp }
    : base;
}

function joinMark(
  mark: DeletionRegister | undefined,
  change: Change,
  stamp: number,
): DeletionRegister | undefined {
  if (change.op === "patch") return mark;
  const written = { time: change.time, stamp, deleted: change.op === "delete" };
  if (mark === undefined || isNewer(written.time, mark.time)) return written;
  // Two registers of the same time: deleted wins, on every machine.
  const isSameTime = !isNewer(mark.time, written.time);
  return isSameTime && written.deleted && !mark.deleted ? written : mark;
}

function joinCells(
  current: RecordState | undefined,
  change: Change,
  stamp: number,
  base: Register | undefined,
): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  if (current !== undefined) {
    for (const [name, value] of Object.entries(current.fields)) {
      const register = fieldRegister(current, name);
      if (register !== undefined) cells.set(name, { ...register, value });
    }
  }
  for (const [name, value] of Object.entries(change.fields ?? {})) {
    const written = { time: fieldTime(change, name), stamp, value };
    const held = cells.get(name);
    if (held === undefined || wins(written, held)) cells.set(name, written);
  }
  if (base !== undefined) {
    for (const [name, cell] of cells) if (isNewer(base.time, cell.time)) cells.delete(name);
  }
  return cells;
}

function wins(written: Cell, held: Cell): boolean {
  if (written.time !== held.time) return isNewer(written.time, held.time);
  return !isInitial(held.time) && canonicalJson(written.value) > canonicalJson(held.value);
}

/** All times at the beginning of time are one, whoever wrote them. */
function isNewer(written: Time, held: Time): boolean {
  return written > held && !isInitial(written);
}

function differs(
  current: RecordState,
  base: Register | undefined,
  mark: DeletionRegister | undefined,
  cells: Map<string, Cell>,
): boolean {
  const before = deletionRegister(current);
  if (base?.time !== current.registers.base?.time) return true;
  if (mark?.time !== before?.time || mark?.deleted !== before?.deleted) return true;
  if (cells.size !== Object.keys(current.fields).length) return true;
  for (const [name, cell] of cells) {
    // A cell that won was written anew, with its own value object; one that stayed has the old one.
    if (cell.value !== current.fields[name] || cell.time !== fieldRegister(current, name)?.time) {
      return true;
    }
  }
  return false;
}

function toRegisters(
  base: Register | undefined,
  mark: DeletionRegister | undefined,
  cells: Map<string, Cell>,
): RecordRegisters {
  const own: [string, Register][] = [];
  for (const [name, { time, stamp }] of cells) {
    if (time !== base?.time || stamp !== base.stamp) own.push([name, { time, stamp }]);
  }
  const markIsBase = mark !== undefined && !mark.deleted && mark.time === base?.time;
  return {
    ...(base === undefined ? {} : { base }),
    ...(mark === undefined || markIsBase ? {} : { mark }),
    ...(own.length === 0 ? {} : { fields: Object.fromEntries(own) }),
  };
}
