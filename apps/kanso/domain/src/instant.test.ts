// Moments and days as texts: what is read, and what is none although it looks like one.

import { createSeededRandom } from "@syncline/core/testing";
import { describe, expect, it } from "vitest";
import { parseDay } from "./day.ts";
import { parseMoment } from "./instant.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SECOND = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
/** What a hand that reads digits might take for one. */
const STRAY = [
  "/",
  ":",
  " ",
  "+",
  "-",
  "a",
  "٣",
  "３",
  "",
  "T",
  "Z",
  "t",
  "z",
  ".",
  "0",
  "9",
] as const;

/** The same by the platform's own calendar, which takes 30 February for 2 March. */
function dayByDate(text: string): number | undefined {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return new Date(ms || 0).toISOString().startsWith(text) ? ms / 86_400_000 : undefined;
}

/** Texts with one or two characters that are not theirs. */
function* damaged(text: string, count: number): Generator<string> {
  const random = createSeededRandom(text);
  for (let number = 0; number < count; number += 1) {
    const characters = [...text];
    for (let hits = 1 + random.below(2); hits > 0; hits -= 1)
      characters[random.below(characters.length)] = random.pick(STRAY);
    yield characters.join("");
  }
}

describe("days as texts", () => {
  it("reads every day of a year, leap or not, and no other", () => {
    for (const year of [0, 4, 100, 400, 1899, 1900, 1970, 2000, 2024, 2026, 9999])
      for (let month = 0; month <= 13; month += 1)
        for (let day = 0; day <= 32; day += 1) {
          const pad = (number: number) => String(number).padStart(2, "0");
          const text = `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
          expect(parseDay(text), text).toBe(dayByDate(text));
        }
  });

  it("refuses what only resembles a day", () => {
    for (const text of ["", "2026-3-02", "2026-03-02 ", "2026-03-02T", "-026-03-02", "２026-03-02"])
      expect(parseDay(text), text).toBeUndefined();
    for (const text of damaged("2024-02-29", 3_000))
      expect(parseDay(text), text).toBe(dayByDate(text));
  });
});

describe("moments as texts", () => {
  it("keeps a moment of whole seconds in UTC as it was written", () => {
    for (const text of ["2026-03-02T18:10:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
      expect(parseMoment(text)).toEqual({ text, ms: Date.parse(text), offset: null });
  });

  it("takes each way to write UTC for the same", () => {
    const plain = parseMoment("2026-03-28T23:30:00Z");
    for (const end of ["+00:00", "-00:00", ".0Z", ".000+00:00"])
      expect(parseMoment(`2026-03-28T23:30:00${end}`)).toEqual(plain);
  });

  it("brings offsets and fractions into one form", () => {
    const moment = parseMoment("2026-03-01T00:30:00.500+05:30");
    expect(moment).toEqual({
      text: "2026-02-28T19:00:00.5Z",
      ms: Date.UTC(2026, 1, 28, 19, 0, 0, 500),
      offset: "+05:30",
    });
  });

  it("refuses what only resembles a moment", () => {
    for (const text of damaged("2024-02-29T23:59:59Z", 5_000)) {
      const day = SECOND.exec(text)?.[1];
      const isOne = day !== undefined && dayByDate(day) !== undefined;
      expect(parseMoment(text)?.text, text).toBe(isOne ? text : undefined);
    }
  });
});
