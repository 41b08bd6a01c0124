// Moments as RFC 3339 texts, with as many digits as they were given: what the wire carries and records keep.

import { Temporal } from "temporal-polyfill";

const RFC3339 =
  /^(\d{4})-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

export interface Moment {
  /** In UTC, without trailing zeros of a second's fraction. */
  readonly text: string;
  /** Milliseconds since 1970, rounded down. */
  readonly ms: number;
  /** `+02:00` as it was written; null for `Z`, which tells nothing of where the writer was. */
  readonly offset: string | null;
}

/** Reads an RFC 3339 text with date, time and offset; undefined for anything else. */
export function parseMoment(text: string): Moment | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  try {
    const instant = Temporal.Instant.from(text);
    const offset = match[2] ?? "Z";
    const utc = instant.toString();
    if (!RFC3339.test(utc)) return undefined; // the offset led out of the years 0 to 9999
    return { text: utc, ms: instant.epochMilliseconds, offset: offset === "Z" ? null : offset };
  } catch {
    return undefined; // 30 February has the shape of a date
  }
}

/** The text of a moment in milliseconds since 1970. */
export function momentText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString();
}
