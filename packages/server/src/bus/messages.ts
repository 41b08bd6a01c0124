// Messages as text: what goes over a wire, and what is taken from one.

import { isSynclineError, parseSpace, spaceToText } from "@syncline/core";
import { isTraceparent } from "../observability/tracing.ts";
import { type BusMessage, USERS_CHANNEL } from "./port.ts";

/** A message with the node that sent it: nobody needs to hear itself twice. */
export interface Envelope {
  readonly from: string;
  readonly message: BusMessage;
}

/** Longer ones are not taken: hints are short, and a presence is bounded where it is set. */
const MAX_LENGTH = 7_900;

export function encodeMessage(envelope: Envelope): string | undefined {
  const text = JSON.stringify(envelope);
  return Buffer.byteLength(text) > MAX_LENGTH ? undefined : text;
}

/** Undefined for what is no message of ours, whoever wrote it there. */
export function decodeMessage(text: string): Envelope | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isBag(value) || typeof value["from"] !== "string" || !isBag(value["message"]))
    return undefined;
  const { message } = value;
  return isMessage(message) ? { from: value["from"], message } : undefined;
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
