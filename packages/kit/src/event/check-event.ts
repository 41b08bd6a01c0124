// What an event must be to be stored or sent, and the texts that stores keep of it.

import { isWellFormed, SynclineError } from "@syncline/core";
import type { Event } from "../ports.ts";
import { ReadEvent } from "./read-event.ts";
import { writeJson, writeText } from "./write-json.ts";

export interface EventLimits {
  /** Data and metadata together, as JSON in UTF-8. */
  readonly eventBytes: number;
  /** Characters of an id, a type or an aggregate's id. */
  readonly nameLength: number;
}

/** How large an event may be: 1 MiB of data, names of 1,024 characters. */
export const EVENT_LIMITS: EventLimits = { eventBytes: 1024 * 1024, nameLength: 1024 };

/** For what a store holds already, whoever wrote it there: it is handed on, and who takes it judges it. */
export const UNBOUNDED: EventLimits = {
  eventBytes: Number.POSITIVE_INFINITY,
  nameLength: Number.POSITIVE_INFINITY,
};

/** An event that was checked, as stores keep it. */
export interface EventTexts {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  /** JSON as the wire has it. */
  readonly data: string;
  readonly metadata: string;
}

/**
 * Checks an event and writes its data.
 * @throws {SynclineError} `invalid` or `too_large`, with the path of what is wrong
 */
export function eventToTexts(event: Event, limits: EventLimits = EVENT_LIMITS): EventTexts {
  if (typeof event !== "object" || event === null) {
    throw new SynclineError("invalid", "An event is an object.", { path: "event" });
  }
  const { id, type, aggregateId } = event;
  checkName(id, "id", limits);
  checkName(type, "type", limits);
  checkName(aggregateId, "aggregateId", limits);
  const kept = ReadEvent.textsOf(event);
  if (kept !== undefined) {
    checkSize(kept, limits);
    return kept;
  }
  const { data, metadata } = event;
  if (metadata !== null && (typeof metadata !== "object" || Array.isArray(metadata))) {
    throw new SynclineError("invalid", "Metadata is an object or null.", { path: "metadata" });
  }
  const texts = {
    id,
    type,
    aggregateId,
    data: data === undefined ? "null" : writeJson(data, "data"),
    metadata: metadata === null ? "null" : writeJson(metadata, "metadata"),
  };
  checkSize(texts, limits);
  return texts;
}

/** About how many characters an event has on the wire. */
export function eventLength(event: Event): number {
  const { data, metadata } = ReadEvent.textsOf(event) ?? eventToTexts(event, UNBOUNDED);
  return 150 + data.length + metadata.length;
}

/** The event of texts that `eventToTexts` made. Its data is read when it is looked at; its metadata is frozen. */
export function textsToEvent(texts: EventTexts): Event {
  return new ReadEvent(texts);
}

/** The event as the wire has it: members in their order, always all of them. */
export function eventToWire(texts: EventTexts): string {
  return `{"id":${writeText(texts.id, "id")},"type":${writeText(texts.type, "type")},"aggregate_id":${writeText(texts.aggregateId, "aggregateId")},"data":${texts.data},"metadata":${texts.metadata}}`;
}

/**
 * Tells whether two events are the same. Numbers are compared as the original's peers keep them, so that an event
 * that came back from one of them is still the same.
 */
export function isSameEvent(a: EventTexts, b: EventTexts): boolean {
  return (
    a.id === b.id &&
    a.type === b.type &&
    a.aggregateId === b.aggregateId &&
    (a.data === b.data || roughly(a.data) === roughly(b.data)) &&
    (a.metadata === b.metadata || roughly(a.metadata) === roughly(b.metadata))
  );
}

/** The error for an id that another event has. */
export function duplicateEvent(id: string): SynclineError {
  return new SynclineError(
    "duplicate_event",
    `Another event has the id ${JSON.stringify(id.slice(0, 100))}.`,
    { path: "id" },
  );
}

/** The canonical text, with every number as float64 has it. */
function roughly(text: string): string {
  const value: unknown = JSON.parse(text);
  return writeJson(value, "");
}

function checkSize(texts: EventTexts, limits: EventLimits): void {
  if (isWithin(texts.data.length + texts.metadata.length, limits.eventBytes, texts)) return;
  throw new SynclineError(
    "too_large",
    `An event may have ${limits.eventBytes} bytes of data and metadata.`,
    { path: "data" },
  );
}

function checkName(name: unknown, path: string, limits: EventLimits): void {
  if (typeof name !== "string" || name.length > limits.nameLength) {
    const message = `An event's ${path} is a text of at most ${limits.nameLength} characters.`;
    throw new SynclineError("invalid", message, { path });
  }
  if (!isWellFormed(name) || (name.includes("\u0000") && limits !== UNBOUNDED)) {
    const message = "This text is not valid Unicode, or has a NUL character.";
    throw new SynclineError("invalid", message, { path });
  }
}

/** Counts bytes only where the number of characters leaves it open. */
function isWithin(length: number, max: number, { data, metadata }: EventTexts): boolean {
  if (length * 3 <= max) return true;
  if (length > max) return false;
  const encoder = new TextEncoder();
  return encoder.encode(data).length + encoder.encode(metadata).length <= max;
}
