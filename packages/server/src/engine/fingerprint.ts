// Fingerprints: whether a mutation that comes again is the same one.

import { hash } from "node:crypto";
import type { JsonPrimitive, Mutation } from "@syncline/core";

/**
 * 16 hex digits of the SHA-256 of what the mutation says, whatever the order of its keys.
 * @param maxDepth what is nested deeper counts as equal. Such a mutation is refused whatever it says there,
 *   and no depth can exhaust the stack.
 */
export function fingerprint({ seen, changes }: Mutation, maxDepth: number): string {
  const tokens: JsonPrimitive[] = [seen];
  // Two levels are above the fields: the list of changes and the change.
  write(changes, maxDepth + 2, tokens);
  return hash("sha256", JSON.stringify(tokens), "hex").slice(0, 16);
}

const LIST = 0;
const END = 1;
const OBJECT = 2;
const SCALAR = 3;

/**
 * Writes a value as a flat list: a text stands for itself, everything else follows a number that says what it
 * is. So one call of JSON.stringify writes the whole mutation, which is far quicker than one for each part.
 */
function write(value: unknown, depth: number, tokens: JsonPrimitive[]): void {
  if (typeof value === "string") tokens.push(value);
  else if (typeof value === "number" || typeof value === "boolean") tokens.push(SCALAR, value);
  else if (typeof value !== "object" || value === null || depth === 0) tokens.push(SCALAR, null);
  else if (Array.isArray(value)) {
    tokens.push(LIST);
    for (const item of value) write(item, depth - 1, tokens);
    tokens.push(END);
  } else {
    tokens.push(OBJECT);
    for (const key of Object.keys(value).sort()) {
      const item: unknown = value[key as keyof typeof value]; // one of its own keys
      if (item === undefined) continue;
      tokens.push(key);
      write(item, depth - 1, tokens);
    }
    tokens.push(END);
  }
}
