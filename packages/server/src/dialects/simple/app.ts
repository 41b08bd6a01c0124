// The app under this dialect: one shared space, whose log everybody reads and rules guard.

import type { Change, RecordState } from "@syncline/core";
import type { AppDefinition } from "../../apps/app.ts";
import { defineApp } from "../../apps/define-app.ts";
import type { Principal } from "../../auth/principal.ts";
import { CREATE_USER, LOG } from "./event.ts";

/**
 * @param name the app's name in addresses of the native protocol
 * @param isUser whether somebody is a user of the history: others may not even read it, whatever token they have
 */
export function simpleApp(
  name: string,
  isUser: (userId: string) => Promise<boolean>,
): AppDefinition {
  return defineApp({
    name,
    collections: { [LOG]: { policy: "log" } },
    everyone: "writer",
    authorize: ({ userId }) => isUser(userId),
    rules: { always: true, reads: false, about },
    validate,
  });
}

/** What an event does to what is what rules are asked about. */
function about({ fields, collection, id, op }: Change): { item: string; action: string } {
  const { item, action } = fields ?? {};
  if (typeof item !== "string" || typeof action !== "string")
    return { item: `${collection}.${id}`, action: op };
  return { item, action };
}

/** Also for those who come another way: a log holds events, and each bears its author's name. */
function validate(
  { fields }: RecordState,
  _change: Change,
  { userId }: Principal,
): string | undefined {
  const { timestamp, user, item, action, payload } = fields;
  const isEvent =
    Number.isSafeInteger(timestamp) &&
    [user, item, action, payload].every((part) => typeof part === "string");
  if (!isEvent) return "An event has timestamp, user, item, action and payload.";
  if (user !== userId) return "Cannot submit events for other users";
  if (String(action).startsWith(".") && action !== CREATE_USER)
    return "Cannot add internal events through this endpoint";
  return undefined;
}
