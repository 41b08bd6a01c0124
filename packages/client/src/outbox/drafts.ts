// From what an app writes to the changes of a mutation: checked, timed, and with the version they were made from.

import {
  type Change,
  type ChangeOp,
  checkJson,
  DEFAULT_LIMITS,
  type Fields,
  isId,
  type MergePolicy,
  type RecordState,
  SynclineError,
  type Time,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";

/** What an app asks for, before it is looked at. */
export interface Intent {
  readonly collection: string;
  readonly id: string;
  readonly op: ChangeOp | "insert";
  readonly fields?: Fields;
}

export interface DraftContext {
  readonly definition: AnyCollection;
  readonly policy: MergePolicy;
  /** What the app sees of the record now. */
  readonly view: RecordState | undefined;
  /** The version that the server will have when everything pending before this is committed; 0: it knows no record. */
  readonly version: number;
  readonly time: Time;
}

/**
 * Makes the change.
 * @throws {SynclineError} `not_found` for a change to a record that is not there, `conflict` for an insert
 *   of one that is, `schema` and `invalid` for fields that do not fit, `too_large`
 */
export function draftChange(intent: Intent, context: DraftContext): Change {
  const { collection, id, op } = intent;
  const { policy, view, version, time } = context;
  if (!isId(id)) {
    throw new SynclineError("invalid", "An id is 1–128 characters of A-Z a-z 0-9 _ . : -", {
      path: "id",
    });
  }
  const visible = view !== undefined && !view.deleted;
  if (op === "insert" && visible && policy.name !== "log") {
    throw new SynclineError("conflict", `There is a record ${collection}/${id} already.`);
  }
  if ((op === "patch" || op === "delete") && !visible) {
    throw new SynclineError("not_found", `There is no record ${collection}/${id}.`);
  }
  if (op === "restore" && (view === undefined || visible)) {
    throw new SynclineError("not_found", `There is no deleted record ${collection}/${id}.`);
  }
  const fields = intent.fields === undefined ? undefined : checkedFields(intent, context);
  return {
    collection,
    id,
    op: op === "insert" ? "put" : op,
    time,
    ...(fields === undefined ? {} : { fields }),
    ...(version > 0 || policy.name === "versioned" ? { baseVersion: version } : {}),
  };
}

function checkedFields(
  { op, fields = {} }: Intent,
  { definition, policy, view }: DraftContext,
): Fields {
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  const problem = checkJson(given, DEFAULT_LIMITS.jsonDepth);
  if (problem !== undefined)
    throw new SynclineError(problem.code, problem.message, { path: problem.path });
  const text = JSON.stringify(given);
  if (text.length > DEFAULT_LIMITS.recordBytes) {
    throw new SynclineError(
      "too_large",
      `A record holds at most ${DEFAULT_LIMITS.recordBytes} bytes.`,
    );
  }
  // A counter's patch says by how much, so it is no part of a record that could be checked.
  if (!(op === "patch" && policy.name === "counter")) {
    checkSchema(definition, op === "patch" ? { ...view?.fields, ...given } : given);
  }
  // A copy: what the app does with its object afterwards is its own affair.
  return JSON.parse(text) as Fields;
}

function checkSchema({ schema }: AnyCollection, fields: Fields): void {
  if (schema === undefined) return;
  const answer = schema["~standard"].validate(fields);
  if (answer instanceof Promise) {
    throw new SynclineError("config", "A schema must answer synchronously.");
  }
  const [issue] = answer.issues ?? [];
  if (issue === undefined) return;
  const path = (issue.path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .join(".");
  throw new SynclineError("schema", issue.message, path === "" ? {} : { path });
}
