// Requests that are done once, however often they are sent: by the Idempotency-Key that their sender made up.

import { createHash } from "node:crypto";
import type { Fields } from "@syncline/core";
import type { FastifyRequest } from "fastify";
import { type Refusal, refusal } from "./refusal.ts";

export const IDEMPOTENCY_HEADER = "idempotency-key";

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

/** A device that was away for so long asks anew what became of its writes. */
export const KEPT_MS = 30 * 86_400_000;

const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * @returns undefined for a request without a key
 * @throws {Refusal} 400 for a key that is none
 */
export function onceOf({ headers, method, url, body }: FastifyRequest): Once | undefined {
  const key = headers[IDEMPOTENCY_HEADER];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !KEY.test(key))
    throw refusal(400, "invalid idempotency key (1 to 255 printable characters)");
  const [path = ""] = url.split("?", 1);
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

export function reused(): Refusal {
  return refusal(422, "idempotency key was used for another request");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 32);
}
