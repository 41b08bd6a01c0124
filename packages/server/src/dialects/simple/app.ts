// The app under this dialect: one shared space, whose log everybody reads and rules guard.

import type { Change, RecordState } from "@syncline/core";
import type { AppDefinition } from "../../apps/app.ts";
import { defineApp } from "../../apps/define-app.ts";
import type { Principal } from "../../auth/principal.ts";
import {
  CREATE_USER,
  checkLegacy,
  checkModern,
  LOG,
  recordIdOf,
  recordToEvent,
  timeMsOf,
  userMadeBy,
} from "./event.ts";
import { Refusal } from "./refusal.ts";

export interface SimpleAppOptions {
  /** The app's name in addresses of the native protocol. */
  readonly name: string;
  /** Whether the older form of events is taken, too. */
  readonly older: boolean;
  /** Whether somebody is a user of the history: others may not even read it, whatever token they have. */
  isUser(userId: string): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
}

export function simpleApp({ name, older, isUser, now }: SimpleAppOptions): AppDefinition {
  return defineApp({
    name,
    collections: { [LOG]: { policy: "log" } },
    everyone: "writer",
    authorize: ({ userId }) => isUser(userId),
    rules: { always: true, reads: false, about },
    validate: (record, _change, principal) => problemOf(record, principal, { older, nowMs: now() }),
  });
}

/** What an event does to what is what rules are asked about. */
function about({ fields, collection, id, op }: Change): { item: string; action: string } {
  const { item, action } = fields ?? {};
  if (typeof item !== "string" || typeof action !== "string")
    return { item: `${collection}.${id}`, action: op };
  return { item, action };
}

/**
 * Why a record is no event that this history takes from its author; undefined: it is one. Those who come another way
 * than the dialect's are asked the same as those who come by it.
 */
function problemOf(
  record: RecordState,
  { userId }: Principal,
  { older, nowMs }: { readonly older: boolean; readonly nowMs: number },
): string | undefined {
  const { timestamp: time, user, item, action, payload, uuid, ...others } = record.fields;
  const isEvent =
    Number.isSafeInteger(time) &&
    [user, item, action, payload, uuid ?? ""].every((part) => typeof part === "string") &&
    Object.keys(others).length === 0;
  const event = recordToEvent(record);
  if (!isEvent || event === undefined)
    return "An event has timestamp, user, item, action and payload, and nothing else.";
  if (user !== userId) return "Cannot submit events for other users";
  if (String(action).startsWith(".") && action !== CREATE_USER)
    return "Cannot add internal events through this endpoint";
  if (recordIdOf(event.uuid) !== record.id || uuid === record.id)
    return "An event lies under its own UUID";
  try {
    // Where both forms are taken, the newer one's times may be milliseconds.
    const timestamp = Math.floor(timeMsOf(event) / 1000);
    if (older) checkLegacy({ ...event, timestamp }, userId, nowMs);
    else checkModern(event, nowMs);
    userMadeBy(event);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message;
    throw thrown;
  }
}
