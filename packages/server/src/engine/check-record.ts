// Validate, second half: whether a record may be stored as it would be after the merge.

import {
  type Change,
  checkJson,
  type Fields,
  type Limits,
  type MergePolicy,
  POLICIES,
  type RecordState,
  SynclineError,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import { ownValue } from "./own-value.ts";

export interface RecordRules {
  readonly app: AppDefinition | undefined;
  readonly principal: Principal;
  readonly limits: Limits;
}

/**
 * The first reason why a record may not be stored; undefined when there is none.
 * @throws {SynclineError} `config` when the app's own code is at fault, or whatever that code throws
 */
export function checkRecord(
  record: RecordState,
  change: Change,
  { app, principal, limits }: RecordRules,
): SynclineError | undefined {
  // A record that is too large, as imported ones may be, can still be deleted.
  if (change.fields !== undefined && !fits(record.fields, limits.recordBytes)) {
    return new SynclineError("too_large", `A record holds at most ${limits.recordBytes} bytes.`, {
      path: "fields",
    });
  }
  if (record.deleted || app === undefined) return undefined;
  return checkSchema(record, app) ?? askApp(record, change, app, principal);
}

function checkSchema(record: RecordState, app: AppDefinition): SynclineError | undefined {
  const schema = ownValue(app.collections, record.collection)?.schema;
  if (schema === undefined) return undefined;
  const answer = schema["~standard"].validate(record.fields);
  if (answer instanceof Promise) {
    // Nobody waits for it: what it says must not become an unhandled rejection.
    answer.catch(() => undefined);
    throw new SynclineError(
      "config",
      `The schema of "${record.collection}" answers asynchronously.`,
    );
  }
  const [issue] = answer.issues ?? [];
  if (issue === undefined) return undefined;
  const keys = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return new SynclineError("schema", issue.message, { path: ["fields", ...keys].join(".") });
}

function askApp(
  record: RecordState,
  change: Change,
  app: AppDefinition,
  principal: Principal,
): SynclineError | undefined {
  const refusal: unknown = app.validate?.(record, change, principal);
  if (refusal === undefined) return undefined;
  if (typeof refusal === "string") return new SynclineError("schema", refusal, { path: "fields" });
  if (refusal instanceof Promise) refusal.catch(() => undefined);
  throw new SynclineError(
    "config",
    `"validate" of "${app.name}" answers neither text nor nothing.`,
  );
}

/**
 * Looks at what a policy that is not ours made of a record: a wrong version or stamp would damage the space.
 * @returns why the fields cannot be stored; undefined when they can
 * @throws {SynclineError} `config` when the policy breaks its contract
 */
export function checkMerged(
  record: RecordState,
  expected: Pick<RecordState, "collection" | "id" | "version" | "stamp" | "createdStamp">,
  policy: MergePolicy,
  limits: Limits,
): SynclineError | undefined {
  if (Object.values(POLICIES).includes(policy)) return undefined;
  const kept =
    record.collection === expected.collection &&
    record.id === expected.id &&
    record.version === expected.version &&
    record.stamp === expected.stamp &&
    record.createdStamp === expected.createdStamp;
  if (!kept) {
    throw new SynclineError(
      "config",
      `The merge policy "${policy.name}" gave a record another key, version or stamp than it must have.`,
    );
  }
  const problem = checkJson(record.fields, limits.jsonDepth);
  if (problem === undefined) return undefined;
  const path = problem.path === "" ? "fields" : `fields.${problem.path}`;
  return new SynclineError(problem.code, problem.message, { path });
}

/** The most bytes that one UTF-16 unit takes in JSON: an escape such as \u001f. */
const UNIT_BYTES = 6;
const SCALAR_BYTES = 32;

/** Whether the fields' JSON text has at most so many bytes. Most records are far below, and need not be written out. */
function fits(fields: Fields, maxBytes: number): boolean {
  let atMost = 2;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "object" && value !== null) return fitsExactly(fields, maxBytes);
    const units = typeof value === "string" ? value.length : 0;
    atMost += (name.length + units) * UNIT_BYTES + SCALAR_BYTES;
  }
  return atMost <= maxBytes || fitsExactly(fields, maxBytes);
}

function fitsExactly(fields: Fields, maxBytes: number): boolean {
  const text = JSON.stringify(fields);
  // A text's bytes are between one and three times its length: most need not be counted.
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}
