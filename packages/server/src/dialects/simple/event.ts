// Events of this dialect: their two spellings, what is wrong with one, and how they lie in a record.

import { type Fields, isId, type RecordState } from "@syncline/core";
import { RULES_COLLECTION } from "../../engine/space-rules.ts";
import { hashOf } from "../../keys/index.ts";
import { Refusal } from "./refusal.ts";
import { canonicalUuid, uuidTimeMs } from "./uuid-time.ts";

/** One event, as the newer of the two forms names its parts. */
export interface SimpleEvent {
  readonly uuid: string;
  /** Seconds since 1970, or milliseconds where its author wrote those. */
  readonly timestamp: number;
  readonly user: string;
  readonly item: string;
  readonly action: string;
  /** JSON text; nobody here reads it. */
  readonly payload: string;
}

export type Form = "modern" | "legacy";

/** The collection in which events lie, the record's id being the event's UUID. */
export const LOG = "log";
export const ACL_ITEM = ".acl";
export const ADD_RULE = ".acl.addRule";
export const USER_ITEM = ".user.";
export const CREATE_USER = ".user.create";

const DAY_S = 86_400;
/** Times beyond this are milliseconds: as seconds they would be in the year 5138. */
const FIRST_MS = 100_000_000_000;
/** What a field of an event may hold at most. */
const MAX_NAME = 512;

const NAMES = {
  modern: { user: "user", item: "item" },
  legacy: { user: "userUuid", item: "itemUuid" },
} as const;

/** Reads a body that is to be a list of events; what is missing is empty, and found later. */
export function readEvents(body: unknown, form: Form): SimpleEvent[] {
  if (body === null) return [];
  if (!Array.isArray(body)) throw new Refusal(400, "Invalid JSON format");
  return body.map((one: unknown) => readEvent(one, form));
}

function readEvent(value: unknown, form: Form): SimpleEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal(400, "Invalid JSON format");
  const given: { readonly [name: string]: unknown } = { ...value };
  const text = (name: string) => {
    const held = given[name] ?? "";
    if (typeof held !== "string") throw new Refusal(400, "Invalid JSON format");
    return held;
  };
  const timestamp = given["timestamp"] ?? 0;
  if (typeof timestamp !== "number" || !Number.isInteger(timestamp) || timestamp < 0)
    throw new Refusal(400, "Invalid JSON format");
  const names = NAMES[form];
  return {
    uuid: text("uuid"),
    timestamp,
    user: text(names.user),
    item: text(names.item),
    action: text("action"),
    payload: text("payload"),
  };
}

/** Checks an event as the newer form does, in its order and words. Its UUID comes back in the one form that is kept. */
export function checkModern(event: SimpleEvent, nowMs: number): SimpleEvent {
  const refuse = (message: string) => new Refusal(400, message, { eventUuid: event.uuid });
  if (event.uuid === "") throw refuse("UUID is required");
  const uuid = canonicalUuid(event.uuid);
  if (uuid === undefined) throw refuse("UUID must be valid format");
  const ms = uuidTimeMs(uuid);
  const { timestamp } = event;
  const agrees = ms !== undefined && (timestamp === Math.floor(ms / 1000) || timestamp === ms);
  if (!agrees || ms < 1000 || ms / 1000 > nowMs / 1000 + DAY_S) throw refuse("invalid timestamp");
  for (const name of ["user", "item", "action"] as const)
    if (event[name] === "") throw refuse(`${name} is required`);
  checkTexts(event);
  return { ...event, uuid };
}

/** Checks an event as the older form does: any text is a UUID there, and the author is whoever calls. */
export function checkLegacy(event: SimpleEvent, user: string, nowMs: number): SimpleEvent {
  const { uuid, item, action, timestamp } = event;
  if (uuid === "" || item === "" || action === "")
    throw new Refusal(400, "Missing required fields");
  if (timestamp === 0 || timestamp > Math.floor(nowMs / 1000) + DAY_S)
    throw new Refusal(400, "Invalid timestamp");
  checkTexts(event);
  return { ...event, user };
}

/** When an event happened, in milliseconds since 1970. */
export function timeMsOf({ timestamp }: Pick<SimpleEvent, "timestamp">): number {
  return timestamp < FIRST_MS ? timestamp * 1000 : timestamp;
}

function checkTexts({ uuid, user, item, action, payload }: SimpleEvent): void {
  const refuse = (message: string) => new Refusal(400, message, { eventUuid: uuid });
  for (const [name, text] of Object.entries({ user, item, action })) {
    if (text.length > MAX_NAME) throw refuse(`${name} is longer than ${MAX_NAME} characters`);
    if (!text.isWellFormed()) throw refuse(`${name} is no valid Unicode`);
  }
  if (uuid.length > MAX_NAME || !uuid.isWellFormed()) throw refuse("UUID must be valid format");
  if (!payload.isWellFormed()) throw refuse("payload is no valid Unicode");
}

/** Under which id the event with a UUID lies: texts of the older form are not always ids. */
export function recordIdOf(uuid: string): string {
  return isId(uuid) ? uuid : `x-${hashOf(uuid)}`;
}

/** An event as a record holds it. The UUID is the record's id where it can be, and a field where it cannot. */
export function eventToFields(
  { uuid: _uuid, ...fields }: SimpleEvent,
  id: string,
  uuid: string,
): Fields {
  return id === uuid ? { ...fields } : { ...fields, uuid };
}

/** The event that a record holds; undefined when it is of another kind. */
export function recordToEvent({
  collection,
  id,
  fields,
  deleted,
}: RecordState): SimpleEvent | undefined {
  if (deleted) return undefined;
  const { user, item, action, payload, timestamp, uuid, type, by, atMs } = fields;
  if (collection === RULES_COLLECTION) {
    return {
      uuid: id,
      timestamp: Math.floor(Number(atMs) / 1000),
      user: String(by),
      item: ACL_ITEM,
      action: ADD_RULE,
      payload: JSON.stringify({ user, item, action, type }),
    };
  }
  if (collection !== LOG) return undefined;
  return {
    uuid: typeof uuid === "string" ? uuid : id,
    timestamp: Number(timestamp),
    user: String(user),
    item: String(item),
    action: String(action),
    payload: String(payload),
  };
}

/** An event as text, its members in the order in which the original writes them. */
export function eventToJson(
  { uuid, timestamp, user, item, action, payload }: SimpleEvent,
  form: Form,
): string {
  const names = NAMES[form];
  return JSON.stringify({
    uuid,
    timestamp,
    [names.user]: user,
    [names.item]: item,
    action,
    payload,
  });
}
