// Canonical JSON: one text for one value, whatever the order of its keys. Decides ties and fingerprints.

import type { Json } from "./json.ts";

/**
 * Writes a value with sorted keys and no spaces, as RFC 8785 does for values that JSON.parse can give.
 * The value must be no deeper than the protocol allows (see `checkJson`): the walk is recursive.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return "";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}
