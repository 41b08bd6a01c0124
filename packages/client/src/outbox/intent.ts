// What an app asks for, taken over at the moment of the call: what the app does with its objects afterwards is its own affair.

import {
  type ChangeOp,
  type ClockState,
  checkJson,
  DEFAULT_LIMITS,
  type Fields,
  isId,
  type Json,
  type RecordKey,
  SynclineError,
} from "@syncline/core";

/** A write to one record, as the app asked for it. */
export interface Intent extends RecordKey {
  /** `insert` is a `put` that wants no record to be there. */
  readonly op: ChangeOp | "insert";
  readonly fields?: Fields;
  /** When it counts as written; now, where left out. */
  readonly time?: ClockState;
}

/**
 * @param value the fields as the app gave them; fields that are undefined are left out
 * @throws {SynclineError} `invalid` or `too_large` naming the path
 */
export function makeIntent(key: RecordKey, op: Intent["op"], value?: object): Intent {
  const { collection, id } = key;
  if (!isId(id)) {
    throw new SynclineError("invalid", "An id is 1–128 characters of A-Z a-z 0-9 _ . : -", {
      path: "id",
    });
  }
  return { collection, id, op, ...(value === undefined ? {} : { fields: copyFields(value) }) };
}

/** A record's fields and its id, which is no field. The id is undefined where the app gave none. */
export function splitId(value: object): {
  readonly id: string | undefined;
  readonly fields: object;
} {
  const { id, ...fields } = value as { readonly id?: unknown }; // any object may have one
  if (id !== undefined && typeof id !== "string")
    throw new SynclineError("invalid", "An id is text.", { path: "id" });
  return { id, fields };
}

function copyFields(value: object): Fields {
  const given = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
  if (Object.hasOwn(given, "id")) {
    throw new SynclineError("invalid", "A record keeps its id: it is no field to change.", {
      path: "id",
    });
  }
  const problem = checkJson(given, DEFAULT_LIMITS.jsonDepth);
  if (problem !== undefined)
    throw new SynclineError(problem.code, problem.message, { path: problem.path });
  return Object.fromEntries(
    Object.entries(given).map(([name, item]) => [name, copyJson(item, name)] as const),
  );
}

/** A frozen copy of what checkJson let through; it tells plain objects from others, which would lose what they are. */
function copyJson(value: unknown, path: string): Json {
  if (Array.isArray(value))
    return Object.freeze(value.map((item, index) => copyJson(item, `${path}.${index}`)));
  if (typeof value !== "object" || value === null) {
    return value === 0 ? 0 : (value as Json); // a scalar; JSON has no -0
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const kind = value.constructor?.name ?? "object";
    throw new SynclineError("invalid", `A ${kind} is not JSON: write it as text or numbers.`, {
      path,
    });
  }
  const entries = Object.entries(value).map(
    ([name, item]) => [name, copyJson(item, `${path}.${name}`)] as const,
  );
  return Object.freeze(Object.fromEntries(entries));
}
