// Ids made of what they stand for: who imports a file twice gets the same records, not two of each.

import { hash64 } from "@syncline/core";

/** An id in the form of a UUID (version 8), the same for the same parts. */
export function stableId(...parts: readonly string[]): string {
  const text = JSON.stringify(parts);
  const hex = hash64(`1${text}`) + hash64(`2${text}`);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
