// The view of a record: the server's state merged with this device's pending changes, by the server's own rules.

import {
  type Change,
  type MergeOutcome,
  type MergePolicy,
  MS_MAX,
  parseTime,
  type RecordState,
  settleTimes,
  type WireRecord,
  wireToRecord,
} from "@syncline/core";
import type { Row } from "./definition.ts";

/** Merges pending changes, oldest first, into the server's state; undefined: there is nothing. */
export function viewOf(
  server: WireRecord | undefined,
  pending: readonly Change[],
  policy: MergePolicy,
): RecordState | undefined {
  let state = server && wireToRecord(server);
  for (const change of pending) {
    const outcome = mergePending(state, change, policy);
    if (outcome.type === "written") state = outcome.record;
  }
  return state;
}

/**
 * Merges a change that the server has not answered. What it thinks of the version is not known yet: until
 * it says no, the device's own write is shown.
 */
export function mergePending(
  state: RecordState | undefined,
  change: Change,
  policy: MergePolicy,
): MergeOutcome {
  const later = overOwn(change, state);
  const shown =
    policy.name === "versioned" ? { ...later, baseVersion: state?.version ?? 0 } : later;
  return policy.merge(state, shown, { stamp: state?.stamp ?? 0, userId: "" });
}

/**
 * The change with the times that the server will give it over this device's own earlier writes: theirs were
 * settled when they were committed, perhaps to later ones than this change bears yet.
 */
function overOwn(change: Change, state: RecordState | undefined): Change {
  return settleTimes(change, state, {
    clientId: parseTime(change.time).clientId,
    shiftMs: 0,
    seenStamp: -1,
    clock: { ms: MS_MAX, counter: 0 },
    wallMs: 0,
  }).change;
}

/** The record as the app sees it; undefined when it is not visible. */
export function rowOf(state: RecordState | undefined): Row<unknown> | undefined {
  return state === undefined || state.deleted ? undefined : freezeRow(state.id, state.fields);
}

/** The same for a record that nothing is pending for. */
export function rowOfWire({ id, fields, deleted }: WireRecord): Row<unknown> | undefined {
  return deleted === true ? undefined : freezeRow(id, fields ?? {});
}

function freezeRow(id: string, fields: object): Row<unknown> {
  for (const value of Object.values(fields)) deepFreeze(value);
  return Object.freeze({ ...fields, id });
}

/** Rows are shared by everybody who reads them, and with the store. */
function deepFreeze(value: unknown): void {
  const stack = [value];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (typeof item !== "object" || item === null || Object.isFrozen(item)) continue;
    stack.push(...Object.values(Object.freeze(item)));
  }
}
