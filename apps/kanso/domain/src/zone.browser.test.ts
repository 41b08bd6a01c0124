// Zones by the browser's own Temporal: the same days as with the polyfill.

import { expect, test } from "vitest";
import { dayToText } from "./day.ts";
import { msOf } from "./testing/fixture.ts";
import { ZONE_CASES } from "./testing/zone-cases.ts";
import { dayAt, isZone, skippedDays } from "./zone.ts";

test("the browser has a Temporal of its own", () => {
  expect(globalThis).toHaveProperty("Temporal");
});

test.each(ZONE_CASES)("%s, a day from %i o'clock: %s is %s", (zone, dayStartHour, at, date) => {
  expect(dayToText(dayAt(msOf(at), zone, dayStartHour))).toBe(date);
});

test("zones and skipped days are the same", () => {
  for (const name of ["Europe/Rome", "UTC", "Etc/GMT+5", "+05:45"]) expect(isZone(name)).toBe(true);
  for (const name of ["Local", "", "europe/rome", "Mars/Olympus", "UTC+1", "+25:00"])
    expect(isZone(name), name).toBe(false);
  expect([...skippedDays("Pacific/Apia")].map(dayToText)).toEqual(["2011-12-30"]);
  expect([...skippedDays("Pacific/Kwajalein")].map(dayToText)).toEqual(["1993-08-21"]);
  expect([...skippedDays("Europe/Rome")]).toEqual([]);
});
