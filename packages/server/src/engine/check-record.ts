// Validate, second half: whether a record may be stored as it would be after the merge.

import { type Change, type Limits, type RecordState, SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";

export interface RecordRules {
  readonly app: AppDefinition | undefined;
  readonly principal: Principal;
  readonly limits: Limits;
}

/** The first reason why a record may not be stored; undefined when there is none. */
export function checkRecord(
  record: RecordState,
  change: Change,
  rules: RecordRules,
): SynclineError | undefined {
  const text = JSON.stringify(record.fields);
  const { recordBytes } = rules.limits;
  // A text's bytes are between one and three times its length: most need not be counted.
  if (text.length * 3 > recordBytes && Buffer.byteLength(text) > recordBytes) {
    return new SynclineError("too_large", `A record holds at most ${recordBytes} bytes.`, {
      path: "fields",
    });
  }
  if (record.deleted || rules.app === undefined) return undefined;
  const schema = Object.hasOwn(rules.app.collections, record.collection)
    ? rules.app.collections[record.collection]?.schema
    : undefined;
  if (schema !== undefined) {
    const answer = schema["~standard"].validate(record.fields);
    if (answer instanceof Promise) {
      // Not the device's fault: nothing of the push may be consumed.
      throw new SynclineError(
        "config",
        `The schema of "${record.collection}" answers asynchronously.`,
      );
    }
    const [issue] = answer.issues ?? [];
    if (issue !== undefined) {
      const keys = (issue.path ?? []).map((part) =>
        String(typeof part === "object" ? part.key : part),
      );
      return new SynclineError("schema", issue.message, { path: ["fields", ...keys].join(".") });
    }
  }
  const refusal = rules.app.validate?.(record, change, rules.principal);
  return refusal === undefined
    ? undefined
    : new SynclineError("schema", refusal, { path: "fields" });
}
