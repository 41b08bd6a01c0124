// The history as text: one event a line, in the original's order of fields, and back.

import {
  checkJson,
  checkRule,
  type Fields,
  isId,
  parseRule,
  recordKeyToText,
} from "@syncline/core";
import { newSpace } from "../../engine/admit.ts";
import type { Admitted, Engine } from "../../engine/contract.ts";
import type { EngineEnvironment } from "../../engine/environment.ts";
import { serverWrites } from "../../engine/server-writes.ts";
import { RULES_COLLECTION } from "../../engine/space-rules.ts";
import type { KeyStore } from "../../keys/index.ts";
import type { Store } from "../../store/port.ts";
import {
  ACL_ITEM,
  ADD_RULE,
  checkLegacy,
  eventToFields,
  isSameEvent,
  LOG,
  readEvents,
  recordIdOf,
  type SimpleEvent,
  timeMsOf,
  userMadeBy,
} from "./event.ts";
import { readHistory } from "./history.ts";
import { membersOf } from "./members.ts";
import { Refusal } from "./refusal.ts";
import { uuidTimeMs } from "./uuid-time.ts";

/** The whole history, several lines a piece; each line ends with a line break. */
export async function* historyLines(
  engine: Engine,
  admitted: Admitted,
): AsyncGenerator<{ readonly text: string; readonly count: number }> {
  for await (const { events } of readHistory(engine, admitted, undefined)) {
    const text = events.map((event) => `${event.text}\n`).join("");
    yield { text, count: events.length };
  }
}

/** An event that was read from a line, as it lies in the store. */
export interface LineEvent {
  readonly collection: string;
  readonly id: string;
  readonly fields: Fields;
  /** The user that it makes. */
  readonly creates?: string;
}

/**
 * Reads a line's value: an event of either spelling, of whatever author, the server's own events too.
 * @throws {Refusal} what is wrong with it
 */
export function lineToEvent(value: unknown, nowMs: number): LineEvent {
  const isOlder = membersOf(value)?.has("useruuid") === true;
  const [event] = readEvents([value], isOlder ? "legacy" : "modern");
  if (event === undefined) throw new Refusal(400, "Invalid JSON format");
  // UUIDs of the older form are any texts; those of the newer were looked at when they were pushed.
  // Times may be milliseconds, as those of pushed events may.
  checkLegacy({ ...event, timestamp: Math.floor(timeMsOf(event) / 1000) }, event.user, nowMs);
  if (event.user === "") throw new Refusal(400, "user is required");
  const problem = checkJson(event, 1);
  if (problem !== undefined) throw new Refusal(400, `${problem.path}: ${problem.message}`);
  return event.item === ACL_ITEM && event.action === ADD_RULE ? ruleLine(event) : logLine(event);
}

function logLine(event: SimpleEvent): LineEvent {
  const creates = userMadeBy(event);
  const line = { collection: LOG, id: recordIdOf(event.uuid), fields: eventToFields(event) };
  return creates === undefined ? line : { ...line, creates };
}

function ruleLine(event: SimpleEvent): LineEvent {
  const { timestamp, user, payload } = event;
  let rule: unknown;
  try {
    rule = JSON.parse(payload);
  } catch (thrown) {
    throw new Refusal(400, "malformed ACL rule in event", { cause: thrown });
  }
  const problem = checkRule(rule);
  if (problem !== undefined)
    throw new Refusal(400, `malformed ACL rule in event: ${problem.message}`);
  if (!isId(event.uuid)) throw new Refusal(400, "UUID must be valid format");
  const id = recordIdOf(event.uuid);
  const ms = uuidTimeMs(id);
  const isSame = ms !== undefined && (ms === timestamp || Math.floor(ms / 1000) === timestamp);
  const fields = { ...parseRule(rule), by: user, atMs: isSame ? ms : timeMsOf(event) };
  return { collection: RULES_COLLECTION, id, fields };
}

export interface Imported {
  readonly written: number;
  /** These were there already. */
  readonly duplicates: number;
  /** Those under whose UUID there is another event; they were left out. */
  readonly conflicts: readonly LineEvent[];
}

export interface ImportTarget {
  readonly store: Store;
  readonly environment: EngineEnvironment;
  readonly keys: Pick<KeyStore, "createUser">;
  /** `simple/main` */
  readonly space: string;
  /** In whose name it is done. */
  readonly by: string;
}

/** Writes events as they were accepted elsewhere: in their order, past the rules, rules among them. */
export async function importEvents(
  { store, environment, keys, space, by }: ImportTarget,
  events: readonly LineEvent[],
): Promise<Imported> {
  const [imported] = await store.commit<Imported>([
    {
      space,
      create: newSpace(environment),
      records: events.map(({ collection, id }) => ({ collection, id })),
      decide(loaded) {
        const conflicts: LineEvent[] = [];
        const fresh = new Map<string, LineEvent>();
        if (loaded === undefined) return { result: { written: 0, duplicates: 0, conflicts } };
        for (const event of events) {
          const key = recordKeyToText(event);
          const held = fresh.get(key)?.fields ?? loaded.records.get(key)?.fields;
          if (held === undefined) fresh.set(key, event);
          else if (!isSameEvent(held, event.fields)) conflicts.push(event);
        }
        const duplicates = events.length - fresh.size - conflicts.length;
        const result = { written: fresh.size, duplicates, conflicts };
        if (fresh.size === 0) return { result };
        const options = { wallMs: environment.now(), by };
        return { writes: serverWrites(loaded, [...fresh.values()], options).writes, result };
      },
    },
  ]);
  // Also of events that were there: whoever died between the two steps does it again.
  for (const { creates } of events) if (creates !== undefined) await keys.createUser(creates);
  return imported ?? { written: 0, duplicates: 0, conflicts: [] };
}
