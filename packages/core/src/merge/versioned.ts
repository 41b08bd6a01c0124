// Policy versioned: optimistic locking. A change is accepted when it was made from the current version.

import { SynclineError } from "../errors/error.ts";
import type { Change } from "../record/change.ts";
import type { RecordState } from "../record/record.ts";
import { CONFLICT, type MergeContext, type MergeOutcome, type MergePolicy } from "./policy.ts";
import { wholeRecord } from "./whole.ts";

/** A change counts if it was made on the current version; else it is a conflict. */
export const versioned: MergePolicy = { name: "versioned", merge: mergeVersioned };

function mergeVersioned(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
): MergeOutcome {
  if ((change.baseVersion ?? 0) !== (current?.version ?? 0)) return CONFLICT;
  const fields = current?.fields ?? {};
  switch (change.op) {
    case "put":
      return wholeRecord(current, change, context, { fields: change.fields ?? {}, deleted: false });
    case "patch":
    case "delete":
    case "restore":
      if (current === undefined) {
        return {
          type: "rejected",
          error: new SynclineError("not_found", "There is no such record to change."),
        };
      }
      if (change.op === "delete")
        return wholeRecord(current, change, context, { fields, deleted: true });
      if (change.op === "restore")
        return wholeRecord(current, change, context, { fields, deleted: false });
      return wholeRecord(current, change, context, {
        fields: { ...fields, ...change.fields },
        deleted: current.deleted,
      });
    default:
      return change.op satisfies never;
  }
}
