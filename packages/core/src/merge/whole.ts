// States of records that are written as a whole, by the policies that keep no register per field.

import type { Change } from "../record/change.ts";
import type { Fields } from "../record/json.ts";
import type { RecordState } from "../record/record.ts";
import { type MergeContext, type MergeOutcome, nextState } from "./policy.ts";

/** A record whose last write was this change, with all registers written by it. */
export function wholeRecord(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
  next: { readonly fields: Fields; readonly deleted: boolean },
): MergeOutcome {
  const register = { time: change.time, stamp: context.stamp };
  return {
    type: "written",
    record: {
      ...nextState(current, change, context),
      deleted: next.deleted,
      fields: next.fields,
      registers: next.deleted
        ? { base: register, mark: { ...register, deleted: true } }
        : { base: register },
    },
  };
}
