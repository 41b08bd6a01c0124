// Fingerprints: whether a mutation that comes again is the same one.

import { hash } from "node:crypto";
import type { Mutation } from "@syncline/core";

/**
 * 16 hex digits of the SHA-256 of what the mutation says, as canonical JSON: whatever the order of its keys.
 * @param maxDepth what is nested deeper counts as equal. Such a mutation is refused whatever it says there,
 *   and no depth can exhaust the stack.
 */
export function fingerprint({ seen, changes }: Mutation, maxDepth: number): string {
  // Three levels are above the fields: the mutation, its list of changes, and the change.
  return hash("sha256", canonicalText({ changes, seen }, maxDepth + 3), "hex").slice(0, 16);
}

function canonicalText(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (depth === 0) return "";
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `,${canonicalText(item, depth - 1)}`;
    return `[${text.slice(1)}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const item: unknown = value[key as keyof typeof value]; // one of its own keys
    if (item !== undefined) text += `,${JSON.stringify(key)}:${canonicalText(item, depth - 1)}`;
  }
  return `{${text.slice(1)}}`;
}
