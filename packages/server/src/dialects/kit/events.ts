// Events of the kit as records of the engine: as JSON that native clients read, and as exact text where JSON would lose something.

import { checkJson, type Fields, isId, type Json, type RecordState } from "@syncline/core";
import { type EventTexts, IntegerVersion, type StoredEvent, textsToEvent } from "@syncline/kit";
import { hashOf } from "../../keys/index.ts";

/** The collection in which events lie, the record's id being the event's where it can be. */
export const EVENTS = "events";

export function recordIdOf(eventId: string): string {
  return isId(eventId) ? eventId : `x-${hashOf(eventId)}`;
}

/** @param depth how deep a record's JSON may be */
export function textsToFields(
  { id, type, aggregateId, data, metadata }: EventTexts,
  depth: number,
): Fields {
  const named = { ...(recordIdOf(id) === id ? {} : { eventId: id }), type, aggregateId };
  const plain = { ...named, data: parsed(data), metadata: parsed(metadata) };
  const isSame = JSON.stringify(plain.data) === data && JSON.stringify(plain.metadata) === metadata;
  if (isSame && checkJson(plain, depth) === undefined) return plain;
  return { ...named, exact: { data, metadata } };
}

/** The texts of an event; undefined when the record holds none. */
export function fieldsToTexts(id: string, fields: Fields): EventTexts | undefined {
  const { eventId, type, aggregateId, data = null, metadata = null, exact } = fields;
  if (typeof type !== "string" || typeof aggregateId !== "string") return undefined;
  const named = { id: typeof eventId === "string" ? eventId : id, type, aggregateId };
  if (isTexts(exact)) return { ...named, ...exact };
  return { ...named, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}

/** Why a record is no event that every client of the kit can read, under the id that is its own; undefined: it is one. */
export function problemOf(id: string, fields: Fields): string | undefined {
  const texts = fieldsToTexts(id, fields);
  if (texts === undefined || texts.type === "")
    return "An event has a type and the id of an aggregate.";
  const { eventId, exact } = fields;
  if (eventId !== undefined && (texts.id !== eventId || isId(texts.id)))
    return "An event is named once: by the record's id, or where that cannot be by eventId.";
  if (recordIdOf(texts.id) !== id) return "An event lies under its own id.";
  if (exact !== undefined && !isTexts(exact))
    return "What is exact are the texts of data and metadata.";
  try {
    parsed(texts.data);
    parsed(texts.metadata);
  } catch {
    return "The texts of data and metadata are JSON."; // whatever else they are is nobody's concern
  }
  return undefined;
}

export function recordToEvent({
  id,
  fields,
  stamp,
  deleted,
}: RecordState): StoredEvent | undefined {
  const texts = deleted ? undefined : fieldsToTexts(id, fields);
  if (texts === undefined) return undefined;
  return { event: textsToEvent(texts), version: new IntegerVersion(BigInt(stamp)) };
}

function isTexts(value: unknown): value is { readonly data: string; readonly metadata: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "data" in value &&
    typeof value.data === "string" &&
    "metadata" in value &&
    typeof value.metadata === "string"
  );
}

function parsed(text: string): Json {
  return JSON.parse(text) as Json; // JSON that the kit wrote
}
