// How people write time zones.

import { expect, test } from "vitest";
import { findZone } from "./find-zone.ts";

test.each([
  ["Europe/Rome", "Europe/Rome"],
  [" rome ", "Europe/Rome"],
  ["america/new york", "America/New_York"],
  ["New York", "America/New_York"],
  ["UTC", "UTC"],
  ["Atlantis", undefined],
  ["", undefined],
  ["__proto__", undefined],
])("%s", (typed, zone) => expect(findZone(typed)).toBe(zone));
