// Ids made here: random UUIDs of which the server can tell later that it made them.

import { randomBytes } from "node:crypto";
import { hash64 } from "@syncline/core";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
const RANDOM_DIGITS = 19;

/**
 * A new id. Its last eleven digits are a sum of the others. Everybody's records lie in a space of his own:
 * an id that was made here and is not in the caller's space is somebody else's, and this tells so without
 * looking into anybody's.
 */
export function newId(): string {
  const random = randomBytes(10).toString("hex").slice(0, RANDOM_DIGITS);
  return format(random + sumOf(random));
}

/** Whether an id was made by `newId`, here or on another node. */
export function isOurs(id: string): boolean {
  if (!FORM.test(id)) return false;
  const digits = id.replaceAll("-", "");
  const random = digits.slice(0, 12) + digits.slice(13, 16) + digits.slice(17, 21);
  return format(random + sumOf(random)) === id;
}

function format(digits: string): string {
  const part = (from: number, to: number) => digits.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(12, 15)}-8${part(15, 18)}-${part(18, 30)}`;
}

function sumOf(random: string): string {
  return hash64(`kanso ${random}`).slice(0, 30 - RANDOM_DIGITS);
}
