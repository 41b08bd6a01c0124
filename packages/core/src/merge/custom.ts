// Custom policies: the app's own function decides.

import type { Change } from "../record/change.ts";
import type { Fields } from "../record/json.ts";
import type { RecordState } from "../record/record.ts";
import { CONFLICT, type MergeContext, type MergePolicy, UNCHANGED } from "./policy.ts";
import { wholeRecord } from "./whole.ts";

/** What an app's merge function answers. */
export type CustomOutcome =
  | { readonly type: "write"; readonly fields: Fields; readonly deleted?: boolean }
  | { readonly type: "unchanged" }
  | { readonly type: "conflict" };

export type CustomMerge = (
  record: RecordState | undefined,
  change: Change,
  context: MergeContext,
) => CustomOutcome;

/**
 * Makes a policy of an app's function. The function must be pure: it runs on the server, and again on
 * every device that shows the record with its own pending changes.
 */
export function customPolicy(name: string, merge: CustomMerge): MergePolicy {
  return {
    name,
    merge(current, change, context) {
      const outcome = merge(current, change, context);
      switch (outcome.type) {
        case "write":
          return wholeRecord(current, change, context, {
            fields: outcome.fields,
            deleted: outcome.deleted ?? false,
          });
        case "unchanged":
          return UNCHANGED;
        case "conflict":
          return CONFLICT;
        default:
          return outcome satisfies never;
      }
    },
  };
}
