// Records as text: the form that devices receive, and the rest that only the server keeps.

import { CLOCK_START, formatTime, type Time } from "../clock/hlc.ts";
import type { Fields } from "./json.ts";
import type { RecordKey, RecordRegisters, RecordState, Register } from "./record.ts";

/** A record as a delta carries it. */
export interface WireRecord extends RecordKey {
  readonly version: number;
  readonly stamp: number;
  /** Absent when the record is deleted. */
  readonly fields?: Fields;
  /** The time of the fields that `times` does not name; of a deleted record, the time of its deletion; the beginning of time where it was only ever patched. */
  readonly time: Time;
  readonly times?: { readonly [name: string]: Time };
  /** When the record was restored, where it was. */
  readonly mark?: Time;
  readonly deleted?: true;
}

/** Why a reader is told to drop a record. */
export type GoneReason = "revoked" | "expired" | "erased";

/** A record that the reader may no longer see. */
export interface GoneRecord extends RecordKey {
  readonly gone: GoneReason;
}

export type WireChange = WireRecord | GoneRecord;

/** The columns of a stored record besides its key, version, stamps and deletion. */
export interface RecordText {
  /**
   * JSON object: the wire form without collection, id, version and stamp. A delta is put together from
   * these texts without parsing them.
   */
  readonly body: string;
  /** JSON object with what the wire form leaves out, or null when it leaves nothing out. */
  readonly rest: string | null;
}

interface Rest {
  /** The fields of a deleted record: `restore` brings them back. */
  readonly fields?: Fields;
  readonly registers: RecordRegisters;
}

/** Before every write. */
const NEVER = formatTime(CLOCK_START, "server");

/** Writes a record's columns. */
export function recordToText(record: RecordState): RecordText {
  const { collection: _c, id: _i, version: _v, stamp: _s, ...body } = recordToWire(record);
  return { body: JSON.stringify(body), rest: restOf(record) };
}

/** Reads a record back from its columns. */
export function textToRecord(
  columns: RecordText &
    Pick<RecordState, "collection" | "id" | "version" | "stamp" | "createdStamp">,
): RecordState {
  const { body, rest, ...head } = columns;
  const wire = JSON.parse(body) as Pick<
    WireRecord,
    "fields" | "time" | "times" | "mark" | "deleted"
  >;
  const kept = rest === null ? undefined : (JSON.parse(rest) as Rest);
  return {
    ...head,
    deleted: wire.deleted === true,
    fields: kept?.fields ?? wire.fields ?? {},
    registers: kept?.registers ?? { base: { time: wire.time, stamp: head.createdStamp } },
  };
}

/** The form that devices receive. Also the canonical form by which replicas are compared. */
export function recordToWire(record: RecordState): WireRecord {
  const { collection, id, version, stamp } = record;
  if (record.deleted) {
    return { collection, id, version, stamp, time: deletionTime(record), deleted: true };
  }
  const { base, mark, fields } = record.registers;
  return {
    collection,
    id,
    version,
    stamp,
    fields: record.fields,
    time: base?.time ?? NEVER,
    ...(fields === undefined ? {} : { times: timesOf(fields) }),
    ...(mark === undefined ? {} : { mark: mark.time }),
  };
}

/**
 * The state that a device merges its pending changes into. The wire carries no stamps of single
 * registers, because only the server compares those.
 */
export function wireToRecord(wire: WireRecord): RecordState {
  const { collection, id, version, stamp } = wire;
  const register = (time: Time): Register => ({ time, stamp });
  const deleted = wire.deleted === true;
  const own = Object.entries(wire.times ?? {}).map(
    ([name, time]) => [name, register(time)] as const,
  );
  return {
    collection,
    id,
    version,
    stamp,
    createdStamp: stamp,
    deleted,
    fields: wire.fields ?? {},
    registers: {
      base: register(wire.time),
      ...(deleted ? { mark: { ...register(wire.time), deleted: true } } : {}),
      ...(wire.mark === undefined ? {} : { mark: { ...register(wire.mark), deleted: false } }),
      ...(own.length === 0 ? {} : { fields: Object.fromEntries(own) }),
    },
  };
}

function restOf(record: RecordState): string | null {
  const { base, mark, fields } = record.registers;
  const plain =
    !record.deleted &&
    base?.stamp === record.createdStamp &&
    mark === undefined &&
    fields === undefined;
  if (plain) return null;
  const rest: Rest = {
    ...(record.deleted ? { fields: record.fields } : {}),
    registers: record.registers,
  };
  return JSON.stringify(rest);
}

function timesOf(registers: { readonly [name: string]: Register }): { [name: string]: Time } {
  return Object.fromEntries(Object.entries(registers).map(([name, { time }]) => [name, time]));
}

/**
 * The time of the deletion. A record that was only ever patched was never deleted: it gives way to every
 * `put`, also to an older one that a device has not sent yet.
 */
function deletionTime({ registers: { mark } }: RecordState): Time {
  return mark?.time ?? NEVER;
}
