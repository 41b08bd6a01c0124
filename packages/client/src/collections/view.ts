// The view of a record: the server's state merged with this device's pending changes, by the server's own rules.

import {
  type Change,
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
    // What the server thinks of the version is not known yet: until it says no, the device's own write is shown.
    const later = overOwn(change, state);
    const shown =
      policy.name === "versioned" ? { ...later, baseVersion: state?.version ?? 0 } : later;
    const outcome = policy.merge(state, shown, { stamp: state?.stamp ?? 0, userId: "" });
    if (outcome.type === "written") state = outcome.record;
  }
  return state;
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
export function rowOf<Data>(state: RecordState | undefined): Row<Data> | undefined {
  if (state === undefined || state.deleted) return undefined;
  // The fields are what the app wrote under the collection's type, or what its schema let through.
  return Object.freeze({ ...state.fields, id: state.id }) as Row<Data>;
}
