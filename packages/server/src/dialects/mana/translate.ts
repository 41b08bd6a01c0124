// Translates what a device sent into changes of the engine, made from the records as they are.

import {
  type Change,
  canonicalJson,
  deletionRegister,
  fieldRegister,
  type Json,
  type RecordState,
  type Register,
  recordKeyToText,
} from "@syncline/core";
import { authorOf, parseInstant, readTime, timeOf } from "./instants.ts";
import type { SentChange } from "./read-push.ts";

/**
 * The field that keeps what a change says beside its record's fields: actor, origin, space. Only records whose writers
 * say any of that have it.
 */
export const META_FIELD = "_mana";

export interface TranslateOptions {
  /** The id under which the device writes here. */
  readonly clientId: string;
  /** Microseconds: when what has no time was written. */
  readonly now: number;
}

/**
 * An insert that states no time may have been made long before it arrives, so that nobody can say what was written
 * after it: it is written at the beginning of time, and what exists stays.
 */
const INITIAL_MICROS = 0;

/** What a change writes, before it is known what is there. */
interface Write {
  /** Microseconds of the record itself; undefined: only its fields are written. */
  readonly made: number | undefined;
  readonly cells: readonly { readonly name: string; readonly value: Json; readonly at: number }[];
  /** When it was deleted, or brought back. */
  readonly mark: { readonly deleted: boolean; readonly at: number } | undefined;
}

/** What is known of a record while a push is translated: as it is stored, and what the push did to it so far. */
interface Known {
  readonly exists: boolean;
  readonly isDeleted: boolean;
  readonly hasMeta: boolean;
}

/** The changes of a push, in its order: for each that was sent, those of ours that do the same. */
export function translate(
  sent: readonly SentChange[],
  records: ReadonlyMap<string, RecordState>,
  { clientId, now }: TranslateOptions,
): Change[][] {
  const ties = createTies(records, clientId);
  const known = new Map<string, Known>();
  return sent.map((change) => {
    const changes: Change[] = [];
    const { collection, id } = change;
    const text = recordKeyToText(change);
    const before = known.get(text) ?? knownOf(records.get(text));
    const { made, cells, mark } = writeOf(change, now, before);
    const isWritten = cells.length > 0 || made !== undefined;
    if (isWritten) {
      const times = cells.map(({ name, value, at }) => ties.field(text, name, { at, value }));
      changes.push({
        collection,
        id,
        // An update of what nobody inserted makes the record: some clients send nothing else of it. It does so at the
        // beginning of time, so that it takes nothing from an insert that comes late.
        op: made !== undefined || !before.exists ? "put" : "patch",
        time: timeOf(made ?? (before.exists ? now : 0), clientId),
        fields: Object.fromEntries(cells.map(({ name, value }) => [name, value])),
        times: Object.fromEntries(cells.map(({ name }, index) => [name, times[index] ?? ""])),
      });
    }
    if (mark !== undefined) {
      const op = mark.deleted ? "delete" : "restore";
      changes.push({ collection, id, op, time: ties.mark(text, mark) });
    }
    known.set(text, {
      exists: before.exists || isWritten,
      isDeleted: mark?.deleted ?? before.isDeleted,
      hasMeta: before.hasMeta || change.meta !== undefined,
    });
    return changes;
  });
}

function knownOf(record: RecordState | undefined): Known {
  return {
    exists: record?.registers.base !== undefined,
    isDeleted: record !== undefined && deletionRegister(record)?.deleted === true,
    hasMeta: record !== undefined && Object.hasOwn(record.fields, META_FIELD),
  };
}

function writeOf(change: SentChange, now: number, known: Known): Write {
  const { op, data } = change;
  if (op === "delete") {
    const at = change.deletedAt ?? now;
    const cells = known.exists ? metaCells(change, at, known) : [];
    return { made: undefined, cells, mark: { deleted: true, at } };
  }
  const createdAt = parseInstant(data?.["createdAt"]);
  const writtenAt = statedTime(change) ?? (op === "insert" ? INITIAL_MICROS : now);
  const cells = [...cellsOf(change, writtenAt, now)];
  const newest = cells.length === 0 ? writtenAt : Math.max(...cells.map(({ at }) => at));
  const removal = cells.find(({ name }) => name === "deletedAt");
  const kept = cells.filter((cell) => cell !== removal || !isTruthy(cell.value));
  if (cells.length > 0 || op === "insert") kept.push(...metaCells(change, newest, known));
  return {
    // Older than the record nothing can be: what others wrote to it stays when the whole of it is sent again.
    made: op === "insert" ? Math.min(createdAt ?? writtenAt, writtenAt) : undefined,
    cells: kept,
    mark: markOf(removal, op === "insert" ? newest : removal?.at, known),
  };
}

/** The time that a change states for the record as a whole. */
export function statedTime({ data }: Pick<SentChange, "data">): number | undefined {
  return parseInstant(data?.["updatedAt"]) ?? parseInstant(data?.["createdAt"]);
}

function* cellsOf(
  change: SentChange,
  writtenAt: number,
  now: number,
): Iterable<Write["cells"][number]> {
  const { op, fields, data } = change;
  if (op === "update" && fields.size > 0) {
    for (const [name, { value, at }] of fields) yield { name, value, at: at ?? now };
    return;
  }
  for (const [name, value] of Object.entries(data ?? {}))
    yield { name, value, at: fields.get(name)?.at ?? writtenAt };
}

/** Who wrote it and why; nothing where neither this change nor the record says so. */
function metaCells({ meta }: SentChange, at: number, { hasMeta }: Known): Write["cells"] {
  return meta === undefined && !hasMeta ? [] : [{ name: META_FIELD, value: meta ?? null, at }];
}

/** A record is deleted and brought back by its field `deletedAt`, too; and one that is inserted again is back. */
function markOf(
  removal: Write["cells"][number] | undefined,
  backAt: number | undefined,
  { isDeleted }: Known,
): Write["mark"] {
  if (removal !== undefined && isTruthy(removal.value)) {
    const statedAt = removal.at === INITIAL_MICROS ? parseInstant(removal.value) : undefined;
    return { deleted: true, at: statedAt ?? removal.at };
  }
  const isBack = backAt !== undefined && backAt > INITIAL_MICROS && isDeleted;
  return isBack ? { deleted: false, at: backAt } : undefined;
}

function isTruthy(value: Json): boolean {
  return value !== null && value !== false && value !== "" && value !== 0;
}

/**
 * Times within a push. What one device wrote to one field in one microsecond is told apart by the order in which it was
 * sent, as the device itself saw it.
 */
function createTies(records: ReadonlyMap<string, RecordState>, clientId: string) {
  const last = new Map<string, { readonly time: string; readonly value: string }>();
  const next = (
    place: string,
    held: Register | undefined,
    at: number,
    value: string,
    old: string,
  ) => {
    const own = held !== undefined && authorOf(held.time) === clientId;
    const before = last.get(place) ?? (own ? { time: held.time, value: old } : undefined);
    const { micros, tie } = before === undefined ? { micros: -1, tie: 0 } : readTime(before.time);
    const time =
      micros === at && at > INITIAL_MICROS
        ? timeOf(at, clientId, before?.value === value ? tie : tie + 1)
        : timeOf(at, clientId);
    last.set(place, { time, value });
    return time;
  };
  return {
    field(key: string, name: string, { at, value }: { readonly at: number; readonly value: Json }) {
      const record = records.get(key);
      const held = record && fieldRegister(record, name);
      const old = held === undefined ? "" : canonicalJson(record?.fields[name] ?? null);
      return next(`${key}/${name}`, held, at, canonicalJson(value), old);
    },
    mark(key: string, { at, deleted }: { readonly at: number; readonly deleted: boolean }) {
      const record = records.get(key);
      const held = record && deletionRegister(record);
      return next(key, held, at, String(deleted), String(held?.deleted ?? false));
    },
  };
}
