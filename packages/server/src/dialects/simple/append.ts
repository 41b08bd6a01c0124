// Appending events: all of a push or nothing.

import {
  type Change,
  CLOCK_START,
  canonicalJson,
  type Fields,
  formatTime,
  isSynclineError,
  recordKeyToText,
  tick,
} from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import { hashOf } from "../../keys/index.ts";
import type { SimpleContext } from "./context.ts";
import {
  CREATE_USER,
  eventToFields,
  type Form,
  LOG,
  recordIdOf,
  type SimpleEvent,
  USER_ITEM,
} from "./event.ts";
import { Refusal } from "./refusal.ts";

/**
 * Writes events that were checked. One that is there already with the same content is there: pushing again does nothing.
 * Before there is a rule nobody but .root writes anything; clients of the older form know no rules.
 * @throws {Refusal} with the event that is the reason; nothing was written then
 */
export async function append(
  { engine, keys, admit, now }: SimpleContext,
  principal: Principal,
  events: readonly SimpleEvent[],
  form: Form,
): Promise<void> {
  if (events.length === 0) return;
  for (const event of events) {
    const user = userOf(event);
    if (user !== undefined && (user === "" || user.length > 128))
      throw new Refusal(400, "A user id has 1 to 128 characters", { eventUuid: event.uuid });
  }
  const admitted = await admit(principal, "write");
  const clientId = `simple-${hashOf(principal.userId).slice(0, 32)}`;
  const time = formatTime(tick(CLOCK_START, now()), clientId);
  const entries = events.map((event) => {
    const id = recordIdOf(event.uuid);
    return { event, key: { collection: LOG, id }, fields: eventToFields(event, id, event.uuid) };
  });
  let other: SimpleEvent | undefined;
  let sent: SimpleEvent[] = [];
  try {
    await engine.write(admitted, principal, {
      clientId,
      records: entries.map(({ key }) => key),
      // What the server acts on itself was never without rules.
      ...(form === "legacy" && !events.some(isInternal) ? { unruled: true } : {}),
      changes(records) {
        const changes: Change[] = [];
        const known = new Map<string, Fields>();
        sent = [];
        other = undefined;
        for (const { event, key, fields } of entries) {
          const name = recordKeyToText(key);
          const held = known.get(name) ?? records.get(name)?.fields;
          known.set(name, fields);
          if (held === undefined) {
            changes.push({ ...key, op: "put", time, fields });
            sent.push(event);
          } else if (canonicalJson(held) !== canonicalJson(fields)) {
            other = event;
            return [];
          }
        }
        return changes;
      },
    });
  } catch (thrown) {
    throw refusalOf(thrown, sent);
  }
  if (other !== undefined) {
    throw new Refusal(409, "Another event has this UUID", { eventUuid: other.uuid });
  }
  // Also for events that were there: whoever died between the two steps sends them again.
  for (const event of events) {
    const user = userOf(event);
    if (user !== undefined) await keys.createUser(user);
  }
}

function isInternal({ action }: SimpleEvent): boolean {
  return action.startsWith(".");
}

/** The user that an event makes. */
function userOf({ action, item }: SimpleEvent): string | undefined {
  return action === CREATE_USER && item.startsWith(USER_ITEM)
    ? item.slice(USER_ITEM.length)
    : undefined;
}

/** The engine's path says which of the events is the reason. */
function refusalOf(thrown: unknown, sent: readonly SimpleEvent[]): unknown {
  if (!isSynclineError(thrown)) return thrown;
  const index = /^changes\.(\d+)/.exec(thrown.path ?? "")?.[1];
  const eventUuid = index === undefined ? undefined : sent[Number(index)]?.uuid;
  const options = { eventUuid, cause: thrown };
  if (thrown.code === "forbidden") return new Refusal(403, "Insufficient permissions", options);
  if (thrown.code === "schema") return new Refusal(403, thrown.message, options);
  if (thrown.status < 500) return new Refusal(thrown.status, thrown.message, options);
  return thrown;
}
