// Time zones as people look for them: by a city, in any writing.

import { isZone } from "@syncline/kanso-domain";

/** All that the browser knows, by their IANA names. */
export function allZones(): readonly string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** The zone that somebody means: its name in any case, with spaces, or its last part. Undefined: there is none. */
export function findZone(typed: string, zones: readonly string[] = allZones()): string | undefined {
  const wanted = plain(typed);
  if (wanted === "") return undefined;
  const found =
    zones.find((zone) => plain(zone) === wanted) ??
    zones.find((zone) => plain(zone).split("/").at(-1) === wanted);
  if (found !== undefined) return found;
  return isZone(typed.trim()) ? typed.trim() : undefined;
}

function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "_");
}
