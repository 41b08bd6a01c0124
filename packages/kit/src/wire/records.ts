// Event records as they travel: `{"event":{…},"version":"12"}`. Written exactly as the original writes them, read as
// liberally as it reads them.

import { isSynclineError, SynclineError, toWellFormed } from "@syncline/core";
import { eventToTexts, eventToWire, UNBOUNDED } from "../event/check-event.ts";
import { writeText } from "../event/write-json.ts";
import type { Event, StoredEvent } from "../ports.ts";

/** A record as a peer sent it: its version is text of the peer's, or of anybody's, making. */
export interface WireRecord {
  readonly event: Event;
  readonly version: string;
}

/** @throws {SynclineError} `invalid` or `too_large` for an event that is no JSON */
export function writeRecord({ event, version }: StoredEvent): string {
  return `{"event":${eventToWire(eventToTexts(event, UNBOUNDED))},"version":${writeText(version.toString(), "version")}}`;
}

export function writeRecords(events: readonly StoredEvent[]): string {
  return `[${events.map(writeRecord).join(",")}]`;
}

/**
 * Reads a list of records from what `readJson` gave; null is an empty one.
 * @throws {SynclineError} `invalid` with the path of a member of a wrong type
 */
export function readRecords(value: unknown, path: string): WireRecord[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType(path, "a list of events");
  return value.map((record: unknown, index) => readRecord(record, `${path}.${index}`));
}

function readRecord(value: unknown, path: string): WireRecord {
  const record = objectOf(value, path);
  const event = objectOf(member(record, "event"), `${path}.event`);
  const metadata = member(event, "metadata") ?? null;
  return {
    event: {
      id: textOf(member(event, "id"), `${path}.event.id`),
      type: textOf(member(event, "type"), `${path}.event.type`),
      aggregateId: textOf(member(event, "aggregate_id"), `${path}.event.aggregate_id`),
      data: member(event, "data") ?? null,
      metadata: metadata === null ? null : objectOf(metadata, `${path}.event.metadata`),
    },
    version: textOf(member(record, "version"), `${path}.version`),
  };
}

/** A member by its name, or by a name that differs in case only. */
export function member(value: object, name: string): unknown {
  if (Object.hasOwn(value, name)) return Reflect.get(value, name);
  const alike = Object.keys(value).findLast((key) => key.toLowerCase() === name);
  return alike === undefined ? undefined : Reflect.get(value, alike);
}

/** An object; null and nothing are an empty one. */
function objectOf(value: unknown, path: string): { readonly [name: string]: unknown } {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType(path, "an object");
  // Any object can be asked for any name.
  return value as { readonly [name: string]: unknown };
}

function textOf(value: unknown, path: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") throw wrongType(path, "a text");
  return value;
}

function wrongType(path: string, expected: string): SynclineError {
  return new SynclineError("invalid", `${path} must be ${expected}`, { path });
}

/** What a peer is told of the events that it pushed: only what was refused is listed. */
export function writePushReport(
  rejected: readonly { readonly id: string; readonly error: SynclineError }[],
): string {
  if (rejected.length === 0) return '{"status":"ok"}';
  const list = rejected.map(
    ({ id, error }) =>
      `{"id":${writeText(toWellFormed(id), "id")},"code":"${error.code}","message":${writeText(error.message, "message")}}`,
  );
  return `{"status":"ok","rejected":[${list.join(",")}]}`;
}

/** Any error as the catalogue's: what was thrown by others is `internal`, and says nothing. */
export function toSynclineError(thrown: unknown): SynclineError {
  return isSynclineError(thrown)
    ? thrown
    : new SynclineError("internal", undefined, { cause: thrown });
}
