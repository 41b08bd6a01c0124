// What a device is given back of its own push: the values that are, where they are not, or may not be, what it shows.

import {
  canonicalJson,
  deletionRegister,
  fieldRegister,
  isInitial,
  type RecordState,
  type Register,
  recordKeyToText,
} from "@syncline/core";
import type { WriteOutcome } from "../../engine/contract.ts";
import type { Deliveries } from "./deliveries.ts";
import { DELETION } from "./emit.ts";
import { authorOf } from "./instants.ts";
import { shownSince } from "./read-news.ts";
import type { SentChange } from "./read-push.ts";
import { statedTime } from "./translate.ts";

/**
 * The fields that a device is given back, by record, each with the microsecond at which the device itself says that it
 * wrote it: with an older one, a client that merges by times would keep its own. `DELETION` stands for the record as a
 * whole.
 */
export type GivenBack = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface GiveBackOptions {
  /** The id under which the device writes here. */
  readonly clientId: string;
  /** The stamp up to which the device has seen the space. */
  readonly seen: number;
  /** Microseconds. */
  readonly now: number;
  /** What the device was given. */
  readonly deliveries: Deliveries;
  /** Its name there. */
  readonly device: string;
}

/**
 * What is written so shortly after an answer was sent may have been written before it was applied: answers travel, and
 * a clock that is ahead by less than a device waits before it pushes is not seen to be.
 */
const IN_FLIGHT_MS = 2_000;

/** One thing that a change says: a field's value, or that the record is there or not. */
interface Said {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  /** Microseconds. */
  readonly at: number;
}

/**
 * Two kinds of values go back to who pushed. A write that lost: the device still shows it. And one that won, where the
 * device was given another's value after it wrote its own: a client that applies whatever it receives shows the other's
 * now, and would never be told of its own.
 */
export function givenBack(
  changes: readonly SentChange[],
  { before, after }: WriteOutcome,
  options: GiveBackOptions,
): GivenBack {
  const found = new Map<string, Map<string, number>>();
  const all = changes.flatMap((change) => [...saidBy(change, options.now)]);
  const last = new Map(all.map((said) => [`${said.key}/${said.name}`, said]));
  const isMerging = changes.some(({ fields }) =>
    [...fields.values()].some((field) => field.isMerged),
  );
  const newest = all.reduce((most, { at }) => Math.max(most, at), 0);
  const { deliveries, device } = options;
  if (newest > options.now) deliveries.isAhead(device, (newest - options.now) / 1000);
  const aheadMs = deliveries.aheadBy(device) + IN_FLIGHT_MS;
  for (const said of last.values()) {
    const record = after.get(said.key);
    if (record === undefined) continue;
    const lost = textOfValue(record, said.name) !== said.value;
    const old = before.get(said.key);
    const isShown = isMerging
      ? !wasToldLater(said, old, options)
      : !mayBeOverwritten(said, old, aheadMs, options);
    if (!lost && isShown) continue;
    const names = found.get(said.key) ?? new Map<string, number>();
    const name = record.deleted ? DELETION : said.name;
    found.set(said.key, names.set(name, Math.max(names.get(name) ?? 0, said.at)));
  }
  return found;
}

function* saidBy(change: SentChange, now: number): Iterable<Said> {
  const key = recordKeyToText(change);
  const { op, data, fields } = change;
  // A device that states no time wrote it before now, by its own clock, as far as anybody knows.
  const writtenAt = statedTime(change) ?? now;
  if (op === "delete") {
    yield { key, name: DELETION, value: "true", at: change.deletedAt ?? now };
    return;
  }
  if (op === "insert") yield { key, name: DELETION, value: "false", at: writtenAt };
  const values =
    op === "update" && fields.size > 0
      ? [...fields].map(([name, { value, at }]) => ({ name, value, at: at ?? now }))
      : Object.entries(data ?? {}).map(([name, value]) => ({
          name,
          value,
          at: fields.get(name)?.at ?? writtenAt,
        }));
  for (const { name, value, at } of values) {
    if (name !== "deletedAt") yield { key, name, value: canonicalJson(value), at };
    else yield { key, name: DELETION, value: String(Boolean(value)), at };
  }
}

function textOfValue(record: RecordState, name: string): string {
  return name === DELETION ? String(record.deleted) : canonicalJson(record.fields[name]);
}

/** Whether a client that merges by times was told of what stood here with a greater time than it had: see `shownSince`. */
function wasToldLater(
  { name, value, at }: Said,
  before: RecordState | undefined,
  { clientId }: GiveBackOptions,
): boolean {
  const register = before && registerOf(before, name);
  if (before === undefined || register === undefined || textOfValue(before, name) === value)
    return false;
  const isOthers = authorOf(register.time) !== clientId && !isInitial(register.time);
  return isOthers && at <= shownSince(before);
}

function mayBeOverwritten(
  { name, value, at }: Said,
  before: RecordState | undefined,
  aheadMs: number,
  { clientId, seen, deliveries, device }: GiveBackOptions,
): boolean {
  if (before === undefined || textOfValue(before, name) === value) return false;
  const wroteAtMs = at / 1000 - aheadMs;
  if (deliveries.returnedAt(device) >= wroteAtMs) return true;
  const register = registerOf(before, name);
  // There was none; but whoever puts back the record that he read before takes away what was added meanwhile.
  if (register === undefined) return seen > 0 && deliveries.lastAt(device) >= wroteAtMs;
  if (authorOf(register.time) === clientId) return false;
  if (register.stamp <= seen) return deliveries.deliveredAt(device, register.stamp) >= wroteAtMs;
  // Not that one, but perhaps another that stood there before.
  return seen > 0 && deliveries.lastAt(device) >= wroteAtMs;
}

function registerOf(record: RecordState, name: string): Register | undefined {
  return name === DELETION ? deletionRegister(record) : fieldRegister(record, name);
}
