// Ids of people: random UUIDs, of which can be told later with which key a registration made them. Nothing else is kept.

import { createHash, randomUUID } from "node:crypto";

/** What of a UUID stays random: far more than there will ever be people, and nobody's comes back. */
const RANDOM_CHARACTERS = 24;

/**
 * A new id. Made with a key, its last twelve digits are a sum of the others, the address and the key: who sends the same
 * registration again is known by it, and nobody else learns anything from it.
 * @param key what the sender made up for this one request
 */
export function newUserId(email: string, key: string | undefined): string {
  const id = randomUUID();
  return key === undefined ? id : withSum(id, email, key);
}

/** Whether an id was made for this address with this key. */
export function wasMadeWith(id: string, email: string, key: string): boolean {
  return withSum(id, email, key) === id;
}

function withSum(id: string, email: string, key: string): string {
  const random = id.slice(0, RANDOM_CHARACTERS);
  const sum = createHash("sha256")
    .update(JSON.stringify([random, email, key]))
    .digest("hex");
  return random + sum.slice(0, id.length - RANDOM_CHARACTERS);
}
