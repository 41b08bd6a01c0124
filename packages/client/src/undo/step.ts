// A step of the history: what one mutation of this device made of records, as far as it can be taken back.

import {
  type Change,
  canonicalJson,
  type Fields,
  type Json,
  type MergePolicy,
  type RecordKey,
  recordKeyToText,
  type Time,
} from "@syncline/core";
import type { Appended, Settle } from "../outbox/appended.ts";

/** A mutation that can be taken back. */
export interface Step {
  readonly label: string;
  /** Names the mutation: told when the server refuses it. */
  readonly settle: Settle;
  readonly records: readonly StepRecord[];
}

/** What became of one record. */
export interface StepRecord extends RecordKey {
  /** The last reading of the device's clock that the mutation wrote it with. */
  readonly time: Time;
  readonly visible: { readonly before: boolean; readonly after: boolean };
  /** The fields that changed; undefined: there was none. */
  readonly fields: readonly StepField[];
}

export interface StepField {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The step of a mutation; undefined: nothing of it can be taken back. */
export function stepOf(
  { changes, origins, records, settle, label }: Appended,
  policyOf: (collection: string) => MergePolicy,
): Step | undefined {
  const touched = new Map(changes.map((change) => [recordKeyToText(change), change]));
  const steps = [...touched].map(([key, change]): StepRecord => {
    const { collection, id, time } = change;
    const before = origins.get(key)?.record;
    const after = records.get(key)?.record;
    const visible = {
      before: before !== undefined && !before.deleted,
      after: after !== undefined && !after.deleted,
    };
    // What was not visible before is made invisible again, whatever its fields say.
    const fields = visible.before ? differences(before?.fields ?? {}, after?.fields ?? {}) : [];
    return { collection, id, time, visible, fields };
  });
  // A log keeps what was written, and what changed nothing leaves nothing to be taken back.
  const undoable = steps.some(
    ({ collection, visible, fields }) =>
      policyOf(collection).name !== "log" &&
      (visible.before !== visible.after || fields.length > 0),
  );
  return undoable ? { label: label ?? labelOf(changes), settle, records: steps } : undefined;
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function differences(before: Fields, after: Fields): StepField[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, before: own(before, name), after: own(after, name) }))
    .filter((field) => !sameJson(field.before, field.after));
}

/** A field by its name; undefined: there is none. */
export function own(fields: Fields, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

const VERBS = { put: "insert", patch: "update", delete: "delete", restore: "restore" } as const;

function labelOf(changes: readonly Change[]): string {
  const verbs = new Set(changes.map(({ op }) => VERBS[op]));
  const [verb = "change"] = verbs;
  const collections = [...new Set(changes.map(({ collection }) => collection))];
  return `${verbs.size > 1 ? "change" : verb} ${collections.join(", ")}`;
}
