// Events of simple-sync: as they travel, and as an app reads them, typed by their action.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isWellFormed, SynclineError } from "@syncline/core";

/** One event as the server keeps it. */
export interface SimpleEvent {
  readonly uuid: string;
  /** Seconds since 1970; milliseconds where its author wrote those. */
  readonly timestamp: number;
  readonly user: string;
  readonly item: string;
  readonly action: string;
  /** JSON text. */
  readonly payload: string;
}

/** What the payload of each action is. */
export interface EventSchemas {
  readonly [action: string]: StandardSchemaV1;
}

/** An event that an app reads: its payload is what the schema of its action makes of it. */
export type TypedEvent<Events extends EventSchemas> = {
  [Action in keyof Events & string]: Omit<SimpleEvent, "action" | "payload"> & {
    readonly action: Action;
    readonly payload: StandardSchemaV1.InferOutput<Events[Action]>;
    /** Not with the server yet. */
    readonly pending: boolean;
  };
}[keyof Events & string];

/** What an app says of an event that it makes. */
export interface NewEvent<Events extends EventSchemas, Action extends keyof Events & string> {
  readonly item: string;
  readonly action: Action;
  readonly payload: StandardSchemaV1.InferInput<Events[Action]>;
}

/** The longest name that is made here, in UTF-16 units. The server takes what other clients make. */
const MAX_NAME = 512;

/**
 * The schema of an action whose payloads nobody checks: only the type is known.
 *
 * ```ts
 * import { event } from "@syncline/client/simple";
 *
 * const events = { add: event<{ title: string }>(), done: event<Record<string, never>>() };
 * ```
 */
export function event<Payload>(): StandardSchemaV1<Payload, Payload> {
  return {
    "~standard": {
      version: 1,
      vendor: "syncline",
      // Whoever names the type says that the payloads are of it.
      validate: (value) => ({ value: value as Payload }),
    },
  };
}

/** @throws {SynclineError} `invalid` with the name in its path */
export function checkName(name: "user" | "item" | "action", text: unknown): asserts text is string {
  const isGood =
    typeof text === "string" && text !== "" && text.length <= MAX_NAME && isWellFormed(text);
  if (isGood) return;
  throw new SynclineError("invalid", `${name} is a text of 1 to ${MAX_NAME} characters`, {
    path: name,
  });
}

/**
 * The text of a payload that its schema accepts.
 * @throws {SynclineError} `schema` with the place in its path
 */
export function payloadToText(schema: StandardSchemaV1 | undefined, payload: unknown): string {
  const [issue] = schema === undefined ? [] : (validated(schema, payload).issues ?? []);
  if (issue !== undefined) {
    const keys = (issue.path ?? []).map((step) =>
      String(typeof step === "object" ? step.key : step),
    );
    throw new SynclineError("schema", issue.message, { path: ["payload", ...keys].join(".") });
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (thrown) {
    throw new SynclineError("invalid", "The payload is no JSON.", {
      path: "payload",
      cause: thrown,
    });
  }
  if (text === undefined || !isWellFormed(text))
    throw new SynclineError("invalid", "The payload is no JSON.", { path: "payload" });
  return text;
}

/** What a schema makes of a payload's text; undefined when it does not accept it. */
export function readPayload(
  schema: StandardSchemaV1 | undefined,
  text: string,
): { readonly value: unknown } | undefined {
  let given: unknown;
  try {
    given = text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined; // another app's, or a later version's
  }
  if (schema === undefined) return { value: given };
  const result = validated(schema, given);
  return result.issues === undefined ? { value: result.value } : undefined;
}

function validated(schema: StandardSchemaV1, value: unknown): StandardSchemaV1.Result<unknown> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise)
    throw new SynclineError("invalid", "Schemas of events must answer at once.", {
      path: "events",
    });
  return result;
}

/** An event that came from outside; undefined when it is none. */
export function toEvent(value: unknown): SimpleEvent | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const given: { readonly [name: string]: unknown } = { ...value };
  const { uuid, timestamp, user, item, action, payload } = given;
  const isEvent =
    typeof uuid === "string" &&
    typeof timestamp === "number" &&
    typeof user === "string" &&
    typeof item === "string" &&
    typeof action === "string" &&
    typeof payload === "string";
  return isEvent ? Object.freeze({ uuid, timestamp, user, item, action, payload }) : undefined;
}

/** Whether two events with one UUID are the same event. */
export function isSameEvent(a: SimpleEvent, b: SimpleEvent): boolean {
  return (
    a.uuid === b.uuid &&
    a.timestamp === b.timestamp &&
    a.user === b.user &&
    a.item === b.item &&
    a.action === b.action &&
    a.payload === b.payload
  );
}
