// The time inside a UUID of version 7.

const UUID7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ANY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The dashed form in small letters of a UUID in any of its written forms; undefined when the text is none.
 * Several texts of one UUID are one event.
 */
export function canonicalUuid(text: string): string | undefined {
  if (text.length > 45) return undefined;
  let hex = text.toLowerCase();
  if (hex.startsWith("urn:uuid:")) hex = hex.slice(9);
  else if (hex.startsWith("{") && hex.endsWith("}")) hex = hex.slice(1, -1);
  if (/^[0-9a-f]{32}$/.test(hex)) hex = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return ANY.test(hex) ? hex : undefined;
}

/** Milliseconds since 1970; undefined when the UUID is of another version or variant. */
export function uuidTimeMs(canonical: string): number | undefined {
  const [, high, low] = UUID7.exec(canonical) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}
