// Policy counter: whole numbers add up; everything else in the record follows lww.
// A counter goes on counting when its record is deleted and put again: sums have no order to void by.

import { SynclineError } from "../errors/error.ts";
import type { Change } from "../record/change.ts";
import type { Fields, Json } from "../record/json.ts";
import type { RecordState } from "../record/record.ts";
import { lww } from "./lww.ts";
import {
  type MergeContext,
  type MergeOutcome,
  type MergePolicy,
  nextState,
  UNCHANGED,
} from "./policy.ts";

/** Adds whole numbers up; what else a record has follows `lww`. */
export const counter: MergePolicy = { name: "counter", merge: mergeCounter };

function mergeCounter(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
): MergeOutcome {
  const held = split(current?.fields ?? {});
  const added = split(change.fields ?? {});
  const problem = check(held, added);
  if (problem !== undefined) return { type: "rejected", error: problem };
  const sums = new Map(held.numbers);
  let counted = false;
  for (const [name, amount] of added.numbers) {
    const sum = (sums.get(name) ?? 0) + amount;
    if (!Number.isSafeInteger(sum)) return { type: "rejected", error: outOfRange(name) };
    if (amount !== 0 || !sums.has(name)) counted = true;
    sums.set(name, sum);
  }
  const rest = lww.merge(
    current && { ...current, fields: Object.fromEntries(held.others) },
    { ...change, fields: Object.fromEntries(added.others) },
    context,
  );
  if (rest.type === "unchanged") {
    if (!counted) return UNCHANGED;
    return {
      type: "written",
      record: {
        ...nextState(current, change, context),
        deleted: current?.deleted ?? true,
        fields: { ...Object.fromEntries(held.others), ...Object.fromEntries(sums) },
        registers: current?.registers ?? {},
      },
    };
  }
  if (rest.type !== "written") return rest;
  const fields = { ...rest.record.fields, ...Object.fromEntries(sums) };
  return { type: "written", record: { ...rest.record, fields } };
}

interface Split {
  readonly numbers: [string, number][];
  readonly others: [string, Json][];
}

function split(fields: Fields): Split {
  const numbers: [string, number][] = [];
  const others: [string, Json][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "number") numbers.push([name, value]);
    else others.push([name, value]);
  }
  return { numbers, others };
}

function check(held: Split, added: Split): SynclineError | undefined {
  const counters = new Set(held.numbers.map(([name]) => name));
  const texts = new Set(held.others.map(([name]) => name));
  for (const [name, value] of added.numbers) {
    if (!Number.isSafeInteger(value)) return outOfRange(name);
    if (texts.has(name)) return mixed(name);
  }
  for (const [name] of added.others) if (counters.has(name)) return mixed(name);
  return undefined;
}

function outOfRange(name: string): SynclineError {
  return new SynclineError("invalid", "Counters hold whole numbers up to 2^53 - 1.", {
    path: `fields.${name}`,
  });
}

function mixed(name: string): SynclineError {
  return new SynclineError(
    "invalid",
    "This field is a counter in one write and something else in another.",
    {
      path: `fields.${name}`,
    },
  );
}
