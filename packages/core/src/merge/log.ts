// Policy log: a record is written once. What happened is not changed afterwards.

import { SynclineError } from "../errors/error.ts";
import { canonicalJson } from "../record/canonical-json.ts";
import type { Change } from "../record/change.ts";
import type { RecordState } from "../record/record.ts";
import {
  CONFLICT,
  type MergeContext,
  type MergeOutcome,
  type MergePolicy,
  UNCHANGED,
} from "./policy.ts";
import { wholeRecord } from "./whole.ts";

/** Records are only added; an id counts once. */
export const log: MergePolicy = { name: "log", merge: mergeLog };

function mergeLog(
  current: RecordState | undefined,
  change: Change,
  context: MergeContext,
): MergeOutcome {
  if (change.op !== "put") {
    return {
      type: "rejected",
      error: new SynclineError(
        "invalid",
        `Entries of the log "${change.collection}" are written once; only put is possible.`,
        {
          path: "op",
        },
      ),
    };
  }
  const fields = change.fields ?? {};
  if (current === undefined)
    return wholeRecord(current, change, context, { fields, deleted: false });
  return canonicalJson(current.fields) === canonicalJson(fields) ? UNCHANGED : CONFLICT;
}
