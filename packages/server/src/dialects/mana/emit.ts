// Writes a record as the other side's change: what a reader does not have of it yet.

import {
  deletionRegister,
  fieldRegister,
  hash64,
  type Json,
  type RecordState,
  type Register,
  recordKeyToText,
  stampToMs,
  type Time,
} from "@syncline/core";
import { sorted } from "./go-json.ts";
import { DEVICE, decodeName } from "./ids.ts";
import { authorOf, parseInstant, readTime, timeToText } from "./instants.ts";
import { META_FIELD } from "./translate.ts";

/** A change as it is sent; what is empty is left out. The order of the names is the original's. */
export interface WireChange {
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly table: string;
  readonly id: string;
  readonly op: "insert" | "update" | "delete";
  readonly fields?: { readonly [name: string]: WireField };
  readonly data?: { readonly [name: string]: Json };
  readonly deletedAt?: string;
  readonly spaceId?: string;
  readonly actor?: Json;
  readonly origin?: string;
}

interface WireField {
  readonly value: Json;
  readonly updatedAt: string;
  readonly at: string;
}

/** What a reader knows of a record. */
export interface Knowledge {
  /** Whether the reader is to be told what a register says; the deletion register has the name `DELETION`. */
  isNews(register: Register, name: string): boolean;
  /** Whether the reader has the record: else the whole of it is sent along. */
  readonly hasIt: boolean;
  /** True: the reader takes it for deleted. */
  readonly isGone?: boolean;
  /** True: the reader wrote some of it itself, and is to take what is here instead. */
  readonly isGivenBack?: boolean;
  /** A time as the reader's clock would have it; as it is where left out. */
  timeText?(time: Time, name: string): string;
}

export const DELETION = "";

const SCHEMA_VERSION = 1;

/** What is news of a record, in one change; undefined when nothing is. */
export function toWireChange(record: RecordState, knowledge: Knowledge): WireChange | undefined {
  const { hasIt, timeText: textOf = timeToText } = knowledge;
  const deletion = deletionRegister(record);
  if (record.deleted) {
    // Never put, only patched: nobody sees it.
    if (deletion?.deleted !== true || !knowledge.isNews(deletion, DELETION)) return undefined;
    return change(record, "delete", { deletedAt: textOf(deletion.time, DELETION) });
  }
  const { base, mark } = record.registers;
  const isBack =
    knowledge.isGone === true || (mark !== undefined && knowledge.isNews(mark, DELETION));
  const own = ownValues(record);
  const all = Object.keys(own);
  const names = all.filter((name) => {
    const register = fieldRegister(record, name);
    return register !== undefined && knowledge.isNews(register, name);
  });
  const isMade = !hasIt && base !== undefined && knowledge.isNews(base, DELETION);
  if (names.length === 0 && !isBack && !isMade) return undefined;
  const fields = fieldsOf(record, own, { names: isBack || !hasIt ? all : names, textOf });
  if (hasIt && !isBack) return change(record, "update", { fields: Object.fromEntries(fields) });
  // Whoever never saw it is given all of it: with the times, because some merge by them, and as a whole, because others
  // know of no other way to make a record.
  const isInsert = !isBack && knowledge.isGivenBack !== true && isWritten(record, own, all);
  if (isBack && deletion !== undefined) {
    const text = textOf(deletion.time, DELETION);
    putBack(fields, { value: null, updatedAt: text, at: text });
  }
  return change(record, isInsert ? "insert" : "update", {
    fields: Object.fromEntries(fields),
    data: sorted(wholeOf(record, own, { isInsert, isBack })),
  });
}

function change(
  record: RecordState,
  op: WireChange["op"],
  content: Pick<WireChange, "fields" | "data" | "deletedAt">,
): WireChange {
  const meta = record.fields[META_FIELD] as { readonly [name: string]: Json } | null | undefined; // as translate wrote it
  const spaceId = meta?.["spaceId"] ?? record.fields["spaceId"];
  const { actor, origin } = meta ?? {};
  return {
    eventId: eventIdOf(record),
    schemaVersion: SCHEMA_VERSION,
    table: decodeName(record.collection),
    id: decodeName(record.id),
    op,
    ...content,
    ...(typeof spaceId === "string" && spaceId !== "" ? { spaceId } : {}),
    ...(actor === undefined ? {} : { actor }),
    ...(typeof origin === "string" ? { origin } : {}),
  };
}

/** One for each state of a record, in the form of a UUID: whoever keeps the ones it has seen may pass over repetitions. */
function eventIdOf(record: RecordState): string {
  const stamp = record.stamp.toString(16).padStart(15, "0");
  const key = hash64(recordKeyToText(record));
  return `${stamp.slice(0, 8)}-${stamp.slice(8, 12)}-8${stamp.slice(12)}-a${key.slice(0, 3)}-${key.slice(4, 16)}`;
}

function ownValues({ fields }: RecordState): { readonly [name: string]: Json } {
  if (!Object.hasOwn(fields, META_FIELD)) return fields;
  const { [META_FIELD]: _meta, ...own } = fields;
  return own;
}

function fieldsOf(
  record: RecordState,
  own: { readonly [name: string]: Json },
  {
    names,
    textOf,
  }: { readonly names: readonly string[]; readonly textOf: (time: Time, name: string) => string },
): [string, WireField][] {
  return [...names].sort().flatMap((name) => {
    const register = fieldRegister(record, name);
    if (register === undefined) return [];
    const text = textOf(register.time, name);
    return [[name, { value: sorted(own[name] ?? null), updatedAt: text, at: text }]];
  });
}

/** Says among the fields that a record is not deleted any more. */
function putBack(fields: [string, WireField][], alive: WireField): void {
  const at = fields.findIndex(([name]) => name >= "deletedAt");
  const isThere = fields[at]?.[0] === "deletedAt";
  fields.splice(at < 0 ? fields.length : at, isThere ? 1 : 0, ["deletedAt", alive]);
}

/**
 * The whole record. As it was inserted, where it was; otherwise with its id, and of one that another client made with
 * what the clients of this dialect look for in every record.
 */
function wholeOf(
  { id, registers: { base }, createdStamp }: RecordState,
  own: { readonly [name: string]: Json },
  { isInsert, isBack }: { readonly isInsert: boolean; readonly isBack: boolean },
): { readonly [name: string]: Json } {
  const isTheirs = base !== undefined && authorOf(base.time).startsWith(DEVICE);
  if (isTheirs && isInsert) return own;
  const made =
    base === undefined || isTheirs
      ? {}
      : {
          createdAt: new Date(stampToMs(createdStamp)).toISOString(),
          deletedAt: null,
          updatedAt: timeToText(base.time),
        };
  return { id: decodeName(id), ...made, ...own, ...(isBack ? { deletedAt: null } : {}) };
}

/**
 * Whether a record can be told as an insert. Whoever merges by times gives each field of an insert the time `updatedAt`
 * or `createdAt` of the record: were that greater than a field's own, a later write to the field might be passed over.
 */
function isWritten(
  record: RecordState,
  own: { readonly [name: string]: Json },
  names: readonly string[],
): boolean {
  const { base } = record.registers;
  // Made by an update, of which nobody knows the insert.
  if (base === undefined || readTime(base.time).micros === 0) return false;
  const taken = parseInstant(own["updatedAt"]) ?? parseInstant(own["createdAt"]);
  const isTheirs = authorOf(base.time).startsWith(DEVICE);
  const given = taken ?? (isTheirs ? undefined : readTime(base.time).micros);
  const times = names.flatMap((name) => fieldRegister(record, name)?.time ?? []);
  if (given === undefined) return times.every((time) => time === base.time);
  return times.every((time) => msOf(given) <= msOf(readTime(time).micros));
}

function msOf(micros: number): number {
  return Math.floor(micros / 1000);
}
