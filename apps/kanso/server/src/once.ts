// Requests that are done once, however often they are sent: by the Idempotency-Key that their sender made up.

import { createHash } from "node:crypto";
import {
  type Change,
  type Fields,
  type RecordKey,
  type RecordState,
  recordKeyToText,
} from "@syncline/core";
import type { ProtocolCall } from "@syncline/server";
import { refusal } from "./refusal.ts";

export const IDEMPOTENCY_HEADER = "idempotency-key";
export const REQUESTS = "requests";
export const KEY_INVALID = "invalid idempotency key (1 to 255 printable characters)";
export const KEY_REUSED = "idempotency key was used for another request";

/** A request that names itself. */
export interface Once {
  /** The id of its record in `requests`. */
  readonly id: string;
  /** What it asks for: the same key for something else is a mistake of the sender's. */
  readonly fingerprint: string;
}

/** What is kept of a request that was done. */
export interface DoneRequest {
  readonly fingerprint: string;
  /** The record that it was about. */
  readonly record: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A device that was away for longer asks anew what became of its writes. */
const KEPT_MS = 30 * 86_400_000;
/** How many that are too old go with one write. */
const MAX_OLD = 10;
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * @returns undefined for a request without a key
 * @throws {Refusal} 400 for a key that is none
 */
export function onceOf({ header, method, path, body }: ProtocolCall): Once | undefined {
  const key = header(IDEMPOTENCY_HEADER);
  if (key === undefined) return undefined;
  if (!KEY.test(key)) throw refusal(400, KEY_INVALID);
  const text = typeof body === "string" ? body : "";
  return { id: hashOf(key), fingerprint: hashOf(`${method} ${path} ${text}`) };
}

/** @returns undefined for what was stored by others under such a name */
export function readDone(fields: Fields): DoneRequest | undefined {
  const { fingerprint, record, atMs } = fields;
  return typeof fingerprint === "string" && typeof record === "string" && typeof atMs === "number"
    ? { fingerprint, record, atMs }
    : undefined;
}

/** What is written of a request, together with what it does. */
export interface Note {
  /** To be loaded before. */
  readonly records: readonly RecordKey[];
  /**
   * Whether it was done before.
   * @throws {Refusal} 422 where that was another request of the same name
   */
  wasDone(records: ReadonlyMap<string, RecordState>): boolean;
  /** Says that it is done; some notes that nobody needs any more go. */
  changes(records: ReadonlyMap<string, RecordState>): readonly Change[];
  /** The id of the record that it is, or was, about. */
  about(): string;
}

export interface NoteOptions {
  /** The id of the record that it is about, if it is done now. */
  readonly about: string;
  readonly nowMs: number;
  /** For the changes. */
  readonly time: string;
  /** When those that are kept were done, by their ids. */
  readonly known: ReadonlyMap<string, number>;
}

export function createNote(once: Once, { about, nowMs, time, known }: NoteOptions): Note {
  const own = { collection: REQUESTS, id: once.id };
  const old: RecordKey[] = [];
  for (const [id, atMs] of known) {
    if (old.length === MAX_OLD) break;
    if (nowMs - atMs > KEPT_MS && id !== once.id) old.push({ collection: REQUESTS, id });
  }
  let record = about;
  return {
    records: [own, ...old],
    wasDone(records) {
      const earlier = records.get(recordKeyToText(own));
      const done = earlier?.deleted === false ? readDone(earlier.fields) : undefined;
      if (done === undefined || nowMs - done.atMs > KEPT_MS) return false;
      if (done.fingerprint !== once.fingerprint) throw refusal(422, KEY_REUSED);
      record = done.record;
      return true;
    },
    changes(records) {
      const baseVersion = (key: RecordKey) => records.get(recordKeyToText(key))?.version ?? 0;
      const fields = { fingerprint: once.fingerprint, record: about, atMs: nowMs };
      const noted: Change = { ...own, op: "put", time, baseVersion: baseVersion(own), fields };
      return [
        noted,
        ...old.map(
          (key): Change => ({ ...key, op: "delete", time, baseVersion: baseVersion(key) }),
        ),
      ];
    },
    about: () => record,
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}
