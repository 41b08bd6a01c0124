// Days in zones: changes at midnight, half hours, the date line, and days that a zone never had.

import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { dayToText } from "./day.ts";
import { momentText, parseMoment } from "./instant.ts";
import { day, msOf } from "./testing/fixture.ts";
import { ZONE_CASES } from "./testing/zone-cases.ts";
import { dayAt, isZone, skippedDays, startOfDayMs } from "./zone.ts";

test.each(ZONE_CASES)("%s, a day from %i o'clock: %s is %s", (zone, dayStartHour, at, date) => {
  expect(dayToText(dayAt(msOf(at), zone, dayStartHour))).toBe(date);
});

const ZONES = [
  "UTC",
  "Europe/Rome",
  "America/Sao_Paulo",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Pacific/Kwajalein",
  "Pacific/Chatham",
  "America/St_Johns",
  "Africa/Casablanca",
  "Antarctica/Troll",
] as const;
const anyMs = fc.integer({ min: msOf("1970-01-02T00:00:00Z"), max: msOf("2040-01-01T00:00:00Z") });

test("a day is the date that Temporal's clock shows there", () => {
  fc.assert(
    fc.property(anyMs, fc.constantFrom(...ZONES), (ms, zone) => {
      const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
      expect(dayToText(dayAt(ms, zone))).toBe(there.toPlainDate().toString());
    }),
    { numRuns: 1_000 },
  );
});

test("the first moment of a day is in it, and the one before is not", () => {
  fc.assert(
    fc.property(anyMs, fc.constantFrom(...ZONES), (ms, zone) => {
      const date = dayAt(ms, zone);
      const start = startOfDayMs(date, zone);
      expect(dayAt(start, zone)).toBe(date);
      expect(dayAt(start - 1, zone)).toBeLessThan(date);
    }),
    { numRuns: 500 },
  );
});

test("the days that zones skipped are found", () => {
  const found = (zone: string) => [...skippedDays(zone)].map(dayToText);
  expect(found("Pacific/Apia")).toEqual(["2011-12-30"]);
  expect(found("Pacific/Fakaofo")).toEqual(["2011-12-30"]);
  expect(found("Pacific/Kwajalein")).toEqual(["1993-08-21"]);
  expect(found("Pacific/Kiritimati")).toEqual(["1994-12-31"]);
  for (const zone of ["UTC", "Europe/Rome", "America/Santiago", "+14:00"])
    expect(found(zone)).toEqual([]);
  expect(startOfDayMs(day("2011-12-30"), "Pacific/Apia")).toBe(msOf("2011-12-30T10:00:00Z"));
});

test.each(["Europe/Rome", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "+05:45"])(
  "%s is a zone",
  (name) => {
    expect(isZone(name)).toBe(true);
  },
);

test.each([
  "Local",
  "",
  "europe/rome",
  "Mars/Olympus",
  "../etc/passwd",
  "Europe/Rome\n",
  "+25:00",
  "UTC+1",
  `${"A".repeat(1e5)}`,
  "[u-ca=hebrew]",
])("%j is none", (name) => {
  expect(isZone(name)).toBe(false);
});

test("moments are what Temporal says they are, there and back", () => {
  const bounds = { min: msOf("0001-01-02T00:00:00Z"), max: msOf("9999-12-30T00:00:00Z") };
  const anyOffset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  fc.assert(
    fc.property(fc.integer(bounds), anyOffset, fc.nat(999_999), (ms, minutes, nanos) => {
      expect(momentText(ms)).toBe(Temporal.Instant.fromEpochMilliseconds(ms).toString());
      expect(parseMoment(momentText(ms))).toMatchObject({ ms, offset: null });
      const sign = minutes < 0 ? "-" : "+";
      const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const offset = `${sign}${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      const instant = Temporal.Instant.fromEpochNanoseconds(
        BigInt(ms) * 1_000_000n + BigInt(nanos),
      );
      const text = instant.toString({ timeZone: offset, fractionalSecondDigits: 9 });
      expect(parseMoment(text)).toEqual({
        text: instant.toString(),
        ms,
        offset: minutes === 0 ? null : offset,
      });
    }),
    { numRuns: 1_000 },
  );
});

test("moments are read as RFC 3339 and nothing else", () => {
  expect(parseMoment("2026-03-02T19:10:00.120+01:00")).toEqual({
    text: "2026-03-02T18:10:00.12Z",
    ms: msOf("2026-03-02T18:10:00.12Z"),
    offset: "+01:00",
  });
  expect(momentText(0)).toBe("1970-01-01T00:00:00Z");
  for (const text of [
    "2026-03-02",
    "2026-03-02T19:10:00",
    "2026-03-02 19:10:00Z",
    "2026-03-02T19:10Z",
    "2026-02-30T00:00:00Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T19:10:00.1234567890Z",
    "0000-01-01T00:00:00+10:00",
    "2026-03-02T19:10:00Z[Europe/Rome]",
    "+012026-03-02T19:10:00Z",
  ])
    expect(parseMoment(text), text).toBeUndefined();
});
