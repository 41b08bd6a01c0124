// Field by field, the value that was written last: by the same mathematics as the engine's records.

import { type Change, type Fields, hash64, lww, type RecordState, type Time } from "@syncline/core";
import { readCausality } from "../event/causality.ts";
import { compareBytes } from "../event/compare-bytes.ts";
import { writeJson } from "../event/write-json.ts";
import type { ConflictResolver, Event } from "../ports.ts";
import { asSuccessor } from "../sync/conflicts.ts";
import { compareEvents, timeOf } from "./order.ts";
import { lastWriteWins } from "./strategies.ts";

/** Where a merged event remembers when its fields were written. */
const FIELD_TIMES = "field_times";

/**
 * Merges the data of both into a new event, which every node makes alike. Where one of the two has no fields, or the same
 * ones with the same values, the later one counts.
 */
export const fieldMerge: ConflictResolver = {
  name: "field_merge",
  resolve(conflict, options) {
    const { local, remote } = conflict;
    const [first, last] = [local.event, remote.event].sort(compareEvents);
    if (first === undefined || last === undefined) return lastWriteWins.resolve(conflict, options);
    const [before, after] = [toChange(first), toChange(last)];
    if (before === undefined || after === undefined)
      return lastWriteWins.resolve(conflict, options);
    const state = join(join(undefined, before), after);
    return {
      decision: "merge",
      events: [mergedEvent(first, last, state)],
      reasons: ["merged field by field"],
    };
  },
};

function mergedEvent(first: Event, last: Event, state: RecordState | undefined): Event {
  // Two empty changes make no record, and an empty event.
  const fields = state?.fields ?? {};
  const times = Object.keys(fields).map((name) => {
    const register = state?.registers.fields?.[name] ?? state?.registers.base;
    return [name, register?.time ?? ""] as const;
  });
  const merged = asSuccessor(
    {
      id: "",
      type: last.type,
      aggregateId: last.aggregateId,
      data: fields,
      metadata: { [FIELD_TIMES]: Object.fromEntries(times) },
    },
    first,
    last,
  );
  // Where clocks do not tell what was merged, the ids do.
  const causality = readCausality(merged).clock?.toString();
  const sources = causality ?? [first.id, last.id].sort(compareBytes).join("\n");
  const text = `${merged.aggregateId}\n${sources}\n${writeJson([merged.data, merged.metadata, merged.type], "")}`;
  return { ...merged, id: `merge-${hash64(text)}${hash64(`2${text}`)}` };
}

/** An event's data as a change of fields; undefined when it is no object, or has fields that no record may have. */
function toChange(event: Event): Change | undefined {
  const { data } = event;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const time = timeOf(event);
  const times = event.metadata?.[FIELD_TIMES];
  return {
    collection: event.aggregateId,
    id: event.aggregateId,
    op: "patch",
    time,
    // Checked JSON, which is all that the merge looks at.
    fields: data as Fields,
    ...(isTimes(times) ? { times } : {}),
  };
}

function isTimes(value: unknown): value is { readonly [name: string]: Time } {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((time) => typeof time === "string");
}

function join(state: RecordState | undefined, change: Change): RecordState | undefined {
  const outcome = lww.merge(state, change, { stamp: 1, userId: "" });
  return outcome.type === "written" ? outcome.record : state;
}
