// Events of this dialect: their two spellings, what is wrong with one, and how they lie in a record.

import { canonicalJson, type Fields, isId, type RecordState } from "@syncline/core";
import { readState } from "../../engine/read-records.ts";
import { RULES_COLLECTION } from "../../engine/space-rules.ts";
import { hashOf } from "../../keys/index.ts";
import { membersOf } from "./members.ts";
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

/** The collection in which events lie, under their UUIDs. */
export const LOG = "log";
export const ACL_ITEM = ".acl";
export const ADD_RULE = ".acl.addRule";
export const USER_ITEM = ".user.";
export const CREATE_USER = ".user.create";

const DAY_S = 86_400;
/** Times beyond this are milliseconds: as seconds they would be in the year 5138. */
const FIRST_MS = 100_000_000_000;
const MAX_USER = 128;

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
  const given = membersOf(value);
  if (given === undefined) throw new Refusal(400, "Invalid JSON format");
  const text = (name: string) => {
    const held = given.get(name.toLowerCase()) ?? "";
    if (typeof held !== "string") throw new Refusal(400, "Invalid JSON format");
    return held.toWellFormed();
  };
  const timestamp = given.get("timestamp") ?? 0;
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

/** Checks an event as the newer form does, in its order and words. */
export function checkModern(event: SimpleEvent, nowMs: number): SimpleEvent {
  const refuse = (message: string) => new Refusal(400, message, { eventUuid: event.uuid });
  if (event.uuid === "") throw refuse("UUID is required");
  const uuid = canonicalUuid(event.uuid);
  if (uuid === undefined) throw refuse("UUID must be valid format");
  const ms = uuidTimeMs(uuid);
  const { timestamp } = event;
  const isSeconds = timestamp < FIRST_MS;
  const agrees = ms !== undefined && timestamp === (isSeconds ? Math.floor(ms / 1000) : ms);
  if (!agrees || ms < 1000 || ms / 1000 > nowMs / 1000 + DAY_S) throw refuse("invalid timestamp");
  for (const name of ["user", "item", "action"] as const)
    if (event[name] === "") throw refuse(`${name} is required`);
  return event;
}

/** Checks an event as the older form does: any text is a UUID there, and the author is whoever calls. */
export function checkLegacy(event: SimpleEvent, user: string, nowMs: number): SimpleEvent {
  const { uuid, item, action, timestamp } = event;
  if (uuid === "" || item === "" || action === "")
    throw new Refusal(400, "Missing required fields");
  if (timestamp === 0 || timestamp > Math.floor(nowMs / 1000) + DAY_S)
    throw new Refusal(400, "Invalid timestamp");
  return { ...event, user };
}

/** When an event happened, in milliseconds since 1970. */
export function timeMsOf({ timestamp }: Pick<SimpleEvent, "timestamp">): number {
  return timestamp < FIRST_MS ? timestamp * 1000 : timestamp;
}

/**
 * The user that an event makes; undefined when it makes none.
 * @throws {Refusal} 400 when nobody can be called so
 */
export function userMadeBy({ uuid, action, item }: SimpleEvent): string | undefined {
  if (action !== CREATE_USER || !item.startsWith(USER_ITEM)) return undefined;
  const user = item.slice(USER_ITEM.length);
  if (user === "" || user.length > MAX_USER)
    throw new Refusal(400, `A user id has 1 to ${MAX_USER} characters`, { eventUuid: uuid });
  return user;
}

/** Under which id an event lies: one for all written forms of a UUID. Texts of the older form are not always ids. */
export function recordIdOf(uuid: string): string {
  return canonicalUuid(uuid) ?? (isId(uuid) ? uuid : `x-${hashOf(uuid)}`);
}

/** An event as a record holds it: its UUID as it was sent is a field where the record's id is another text. */
export function eventToFields({ uuid, ...fields }: SimpleEvent): Fields {
  return recordIdOf(uuid) === uuid ? { ...fields } : { ...fields, uuid };
}

/** Whether the fields of two events under one id are the same event, however its UUID is written. */
export function isSameEvent({ uuid: _one, ...a }: Fields, { uuid: _other, ...b }: Fields): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** An event on its way to a reader. */
export interface WrittenEvent {
  readonly timestamp: number;
  readonly stamp: number;
  /** The event in the newer form, its members in the order in which the original writes them. */
  readonly text: string;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
/** A record that holds nothing but an event, as nearly all do: its fields lie in it as a reader gets them. */
const PLAIN = new RegExp(
  String.raw`^\{"collection":"${LOG}","id":"([^"]+)","version":1,"stamp":(\d+),"fields":\{("timestamp":(\d+),"user":${TEXT},"item":${TEXT},"action":${TEXT},"payload":${TEXT})\},"time":"[^"]*"\}$`,
);

/** The event in the text of a record; undefined when it is of another kind. A long history is not parsed, only cut. */
export function textToEvent(text: string): WrittenEvent | undefined {
  const [, id, stamp, members, time] = PLAIN.exec(text) ?? [];
  if (members !== undefined)
    return {
      timestamp: Number(time),
      stamp: Number(stamp),
      text: `{"uuid":"${id}",${members}}`,
    };
  const state = readState(text);
  const event = recordToEvent(state);
  return event && { timestamp: event.timestamp, stamp: state.stamp, text: eventToJson(event) };
}

const NAMES_IN_TEXT = new RegExp(
  String.raw`^(\{"uuid":${TEXT},"timestamp":\d+),"user":(${TEXT}),"item":`,
);

/** The text of an event in a form. */
export function textInForm({ text }: WrittenEvent, form: Form): string {
  if (form === "modern") return text;
  const { user, item } = NAMES.legacy;
  return text.replace(NAMES_IN_TEXT, (_all, head, who) => `${head},"${user}":${who},"${item}":`);
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

function eventToJson({ uuid, timestamp, user, item, action, payload }: SimpleEvent): string {
  return JSON.stringify({ uuid, timestamp, user, item, action, payload });
}
