// Reads lists of records that are written exactly as we write them, without making objects of their data: its text, which is
// checked to the last character, is what stores keep. Anything else, right or wrong, is left to those who read any JSON.

import { EVENT_LIMITS, textsToEvent } from "../event/check-event.ts";
import type { WireRecord } from "./records.ts";

interface Place {
  readonly text: string;
  at: number;
}

/** Less than what is allowed: what is nested deeper is judged elsewhere. */
const MAX_DEPTH = 64;
/** Integers that are longer may be more exact than JavaScript's own. */
const SAFE_DIGITS = 15;
/** Escapes that are written for what cannot stand for itself, and for nothing else. */
const ESCAPE = /\\(?:["\\bfnrt]|u(?:00(?:0[0-7be-f]|1[\da-f]|26|3[ce])|202[89]))/y;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** ASCII that stands for itself inside a text. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, unit) =>
  unit >= 0x20 && !'"\\<>&'.includes(String.fromCharCode(unit)) ? 1 : 0,
);

/** @returns the same as `readRecords`, or undefined where something is not as `writeRecords` writes it */
export function scanRecords(text: string): readonly WireRecord[] | undefined {
  const place: Place = { text, at: 0 };
  if (!skip(place, "[")) return undefined;
  const records: WireRecord[] = [];
  do {
    const record = scanRecord(place);
    if (record === undefined) return undefined;
    records.push(record);
  } while (skip(place, ","));
  return skip(place, "]") && place.at === text.length ? records : undefined;
}

function scanRecord(place: Place): WireRecord | undefined {
  const id = scanName(place, '{"event":{"id":"');
  if (id === undefined) return undefined;
  const type = scanName(place, ',"type":"');
  if (type === undefined) return undefined;
  const aggregateId = scanName(place, ',"aggregate_id":"');
  if (aggregateId === undefined) return undefined;
  const data = scanValue(place, ',"data":');
  if (data === undefined) return undefined;
  const metadata = scanValue(place, ',"metadata":');
  if (metadata === undefined || (metadata[0] !== "{" && metadata !== "null")) return undefined;
  const version = scanName(place, '},"version":"');
  if (version === undefined || !skip(place, "}")) return undefined;
  return { event: textsToEvent({ id, type, aggregateId, data, metadata }), version };
}

function scanName(place: Place, before: string): string | undefined {
  if (!skip(place, before)) return undefined;
  const start = place.at;
  if (!skipName(place)) return undefined;
  const length = place.at - 1 - start;
  if (length > EVENT_LIMITS.nameLength) return undefined;
  return detached(place.text, start, place.at - 1);
}

function scanValue(place: Place, before: string): string | undefined {
  if (!skip(place, before)) return undefined;
  const start = place.at;
  return skipValue(place, MAX_DEPTH) ? detached(place.text, start, place.at) : undefined;
}

/**
 * A part of a text that does not keep the whole of it in memory, as a slice does: made of two, it is copied when it is
 * searched. There are no line breaks in it, so that what is found depends on the search.
 */
function detached(text: string, start: number, end: number): string {
  const middle = Math.min(start + 1, end);
  const part = text.slice(start, middle) + text.slice(middle, end);
  return part.indexOf("\n") < 0 ? part : "";
}

function skip(place: Place, expected: string): boolean {
  if (!place.text.startsWith(expected, place.at)) return false;
  place.at += expected.length;
  return true;
}

function skipValue(place: Place, depth: number): boolean {
  if (depth === 0) return false;
  switch (place.text.charCodeAt(place.at)) {
    case QUOTE:
      place.at++;
      return skipText(place);
    case 0x7b:
      return skipObject(place, depth);
    case 0x5b:
      return skipList(place, depth);
    case 0x74:
      return skip(place, "true");
    case 0x66:
      return skip(place, "false");
    case 0x6e:
      return skip(place, "null");
    default:
      return skipNumber(place);
  }
}

function skipObject(place: Place, depth: number): boolean {
  place.at++;
  if (skip(place, "}")) return true;
  let before: string | undefined;
  do {
    if (!skip(place, '"')) return false;
    const start = place.at;
    if (!skipName(place)) return false;
    const name = place.text.slice(start, place.at - 1);
    // Sorted, and each once. Where there are no surrogates this is the order of bytes.
    if (before !== undefined && name <= before) return false;
    before = name;
    if (!skip(place, ":") || !skipValue(place, depth - 1)) return false;
  } while (skip(place, ","));
  return skip(place, "}");
}

function skipList(place: Place, depth: number): boolean {
  place.at++;
  if (skip(place, "]")) return true;
  do {
    if (!skipValue(place, depth - 1)) return false;
  } while (skip(place, ","));
  return skip(place, "]");
}

function skipNumber(place: Place): boolean {
  const { text, at } = place;
  let end = at;
  while (isOfNumber(text.charCodeAt(end))) end++;
  place.at = end;
  const number = text.slice(at, end);
  if (number.length > SAFE_DIGITS && !/[.e]/.test(number)) return false;
  return String(Number(number)) === number;
}

/** A text that needs no escapes and has no surrogates. */
function skipName(place: Place): boolean {
  const { text } = place;
  let { at } = place;
  for (; ; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 128 ? PLAIN[unit] === 1 : isPlainBeyond(unit)) continue;
    place.at = at + 1;
    return unit === QUOTE;
  }
}

function skipText(place: Place): boolean {
  const { text } = place;
  let { at } = place;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit < 128 ? PLAIN[unit] === 1 : isPlainBeyond(unit)) at++;
    else if (unit === BACKSLASH) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return false;
      at = ESCAPE.lastIndex;
    } else if (isPair(unit, text.charCodeAt(at + 1))) at += 2;
    else {
      place.at = at + 1;
      return unit === QUOTE;
    }
  }
}

/** Digits, and `+`, `-`, `.`, `e`. */
function isOfNumber(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2b ||
    unit === 0x2d ||
    unit === 0x2e ||
    unit === 0x65
  );
}

function isPlainBeyond(unit: number): boolean {
  return unit < 0xd800 ? unit !== 0x2028 && unit !== 0x2029 : unit > 0xdfff;
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}
