// Names of the other side as names of ours: theirs may be any text, ours have an alphabet.

import { createHash } from "node:crypto";
import { isId, SynclineError } from "@syncline/core";

/** What stands before a name that had to be written otherwise, in base64url. */
const ESCAPED = "m:u:";
const MAX_BYTES = 93; // 124 characters of base64url, and the mark, make 128

/**
 * An app, a table or a record's id as we write it. What fits our alphabet stays as it is, so that other clients find it.
 * @throws {SynclineError} `invalid` when it is too long
 */
export function encodeName(text: string): string {
  if (isId(text) && !text.startsWith(ESCAPED)) return text;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length > MAX_BYTES || !text.isWellFormed())
    throw new SynclineError("invalid", "This name is too long, or no valid Unicode.");
  return ESCAPED + bytes.toString("base64url");
}

/** The name as the other side wrote it. */
export function decodeName(name: string): string {
  if (!name.startsWith(ESCAPED)) return name;
  return Buffer.from(name.slice(ESCAPED.length), "base64url").toString("utf8");
}

const USER_DIGITS = 8;

/** What the ids of this dialect's devices begin with; other clients' never do. */
export const DEVICE = "mana:";

/**
 * The id under which a device writes here. A device that two people share is two.
 * @param clientId as the device says it; empty where it says none
 */
export function clientIdOf(clientId: string, userId: string): string {
  const user = hash(userId, USER_DIGITS);
  const plain = `${DEVICE}${user}:${clientId}`;
  return isId(plain) ? plain : `${DEVICE}${user}::${hash(clientId, 32)}`;
}

/** The id as the device says it; of one that had to be written otherwise its hash. Others' are what they are. */
export function deviceIdOf(clientId: string): string {
  return clientId.startsWith(DEVICE) ? deviceOf(clientId).replace(/^::?/, "") : clientId;
}

/** Whether two ids are of one device, whoever used it. */
export function isSameDevice(a: string, b: string): boolean {
  if (a === b) return true;
  return a.startsWith(DEVICE) && b.startsWith(DEVICE) && deviceOf(a) === deviceOf(b);
}

function deviceOf(clientId: string): string {
  return clientId.slice(DEVICE.length + USER_DIGITS);
}

function hash(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
