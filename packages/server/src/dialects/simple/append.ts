// Appending events: all of a push or nothing.

import {
  type Change,
  CLOCK_START,
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
  eventToFields,
  type Form,
  isSameEvent,
  LOG,
  recordIdOf,
  type SimpleEvent,
  userMadeBy,
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
  const made = events.map(userMadeBy).filter((user) => user !== undefined);
  const admitted = await admit(principal, "write");
  const clientId = `simple-${hashOf(principal.userId).slice(0, 32)}`;
  const time = formatTime(tick(CLOCK_START, now()), clientId);
  const entries = events.map((event) => {
    const key = { collection: LOG, id: recordIdOf(event.uuid) };
    return { event, key, fields: eventToFields(event) };
  });
  let other: SimpleEvent | undefined;
  let sent: SimpleEvent[] = [];
  try {
    await engine.write(admitted, principal, {
      clientId,
      records: entries.map(({ key }) => key),
      // The request was short enough.
      limits: { recordBytes: Number.POSITIVE_INFINITY },
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
          if (held === undefined) {
            known.set(name, fields);
            changes.push({ ...key, op: "put", time, fields });
            sent.push(event);
          } else if (!isSameEvent(held, fields)) {
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
  for (const user of made) await keys.createUser(user);
}

function isInternal({ action }: SimpleEvent): boolean {
  return action.startsWith(".");
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
