// Commit stamps as RFC 3339 texts with microseconds: cursors that look like times, and miss no commit.

import { withoutEnd } from "@syncline/core";
/** The text of a stamp. Stamps grow with every written record of a space, whatever clocks say. */
export function stampText(stamp: number): string {
  const seconds = Math.floor(stamp / 1_000_000);
  const micros = withoutEnd(String(stamp % 1_000_000).padStart(6, "0"), "0");
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micros === "" ? `${text}Z` : `${text}.${micros}Z`;
}

const FORM = /^(.{19})(?:\.(\d{1,9}))?Z$/;

/**
 * The stamp of a moment in UTC, as `parseMoment` gives it: 0 for what lies before 1970. Digits below a
 * microsecond are cut: no stamp lies between.
 */
export function textStamp(utc: string): number {
  const [, text = "", fraction = ""] = FORM.exec(utc) ?? [];
  const seconds = Date.parse(`${text}Z`) / 1000;
  if (!(seconds >= 0)) return 0;
  return seconds * 1_000_000 + Number(fraction.padEnd(9, "0").slice(0, 6));
}
