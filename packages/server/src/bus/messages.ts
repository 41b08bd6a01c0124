// Messages as text: what goes over a wire, and what is taken from one.

import { createHmac, timingSafeEqual } from "node:crypto";
import { isSynclineError, parseSpace, spaceToText } from "@syncline/core";
import { isTraceparent } from "../observability/tracing.ts";
import { type BusMessage, USERS_CHANNEL } from "./port.ts";

/** A message with the node that sent it: nobody needs to hear itself twice. */
export interface Envelope {
  readonly from: string;
  /** Counts what the node has sent, so that nothing of it counts twice. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly message: BusMessage;
}

/** 128 bits are enough for what is good for minutes. */
const SEAL_BYTES = 16;

/** Longer ones are not taken: hints are short, and a presence is bounded where it is set. */
const MAX_LENGTH = 7_900;

/** Under a seal that only those make who have the key. */
export function encodeMessage(envelope: Envelope, key: string): string | undefined {
  const { from, number, atMs, message } = envelope;
  const text = JSON.stringify({ from, number, atMs, seal: sealOf(envelope, key), message });
  return Buffer.byteLength(text) > MAX_LENGTH ? undefined : text;
}

/** Undefined for what is no message of ours, or was not sealed with the key, whoever wrote it there. */
export function decodeMessage(text: string, key: string): Envelope | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isBag(value) || typeof value["from"] !== "string" || !isBag(value["message"]))
    return undefined;
  const { from, number, atMs, seal, message } = value;
  if (!isMessage(message) || !isCount(number) || !isCount(atMs) || typeof seal !== "string")
    return undefined;
  const envelope = { from, number, atMs, message };
  const wanted = Buffer.from(sealOf(envelope, key));
  const given = Buffer.from(seal);
  return wanted.length === given.length && timingSafeEqual(wanted, given) ? envelope : undefined;
}

function sealOf({ from, number, atMs, message }: Envelope, key: string): string {
  const text = JSON.stringify([from, number, atMs, message]);
  return createHmac("sha256", key)
    .update(text)
    .digest()
    .subarray(0, SEAL_BYTES)
    .toString("base64url");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

type Bag = { readonly [name: string]: unknown };

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMessage(value: Bag): value is Bag & BusMessage {
  if (typeof value["space"] !== "string" || !isSpace(value["space"])) return false;
  switch (value["type"]) {
    case "commit":
      return (
        Number.isSafeInteger(value["stamp"]) &&
        Number.isSafeInteger(value["lastMutation"]) &&
        typeof value["clientId"] === "string" &&
        (value["userId"] === undefined || typeof value["userId"] === "string") &&
        (value["trace"] === undefined || isTraceparent(value["trace"]))
      );
    case "presence":
      return (
        typeof value["clientId"] === "string" &&
        typeof value["userId"] === "string" &&
        (value["state"] === null || (typeof value["state"] === "string" && isJson(value["state"])))
      );
    case "user":
      return value["space"] === USERS_CHANNEL && typeof value["userId"] === "string";
    case "members":
    case "who":
      return true;
    default:
      return false;
  }
}

function isSpace(text: string): boolean {
  try {
    return spaceToText(parseSpace(text)) === text;
  } catch (thrown) {
    if (isSynclineError(thrown)) return false;
    throw thrown;
  }
}

/** A presence goes to sockets as the text that it is. */
function isJson(text: string): boolean {
  try {
    return isBag(JSON.parse(text));
  } catch {
    return false;
  }
}
