// Reads JSON as the original's peers do: the first value of a text counts, whatever follows it, and integers keep
// their digits.

import { SynclineError } from "@syncline/core";
import { readNumber } from "./exact-number.ts";

/** Only texts with so many digits in a row can hold a number that is changed by reading it. */
const LONG_NUMBER = /\d{16}/;

/** Only texts with the escape of a surrogate can hold half a character. */
const LONE = /\\u[dD][89a-fA-F]/;
/** Each escape as a whole, so that none is looked for within another; the first two are the halves of one character. */
const ESCAPED =
  /(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|(\\u[dD][89a-fA-F][\da-fA-F]{2})|\\./g;

/** Half a character is read as the original's peers read it. */
function wellFormed(whole: string, _pair: string | undefined, half: string | undefined): string {
  return half === undefined ? whole : "\\ufffd";
}

/** What JSON.parse gives a reviver beside the value; the standard library's types do not know it yet. */
interface Source {
  readonly source?: string;
}

/** @throws {SynclineError} `invalid`; the message does not say what the parser does inside */
export function readJson(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const first = firstValue(text);
    if (first === undefined || first.length === text.length) throw malformed(text, cause);
    try {
      return parse(first);
    } catch (again) {
      throw malformed(text, again);
    }
  }
}

function parse(given: string): unknown {
  const text = LONE.test(given) ? given.replace(ESCAPED, wellFormed) : given;
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactly as (this: unknown, name: string, value: unknown) => unknown); // takes one argument more
}

function exactly(_name: string, value: unknown, context?: Source): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return readNumber(context.source);
}

function malformed(text: string, cause: unknown): SynclineError {
  const message = text.trim() === "" ? "empty request body" : "the body is not valid JSON";
  return new SynclineError("invalid", message, { cause });
}

/** The text up to the end of its first value, by brackets and quotes alone. */
function firstValue(text: string): string | undefined {
  let depth = 0;
  let quoted = false;
  let begun = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === "\\") i++;
      else if (character === '"') quoted = false;
      if (quoted || depth > 0) continue;
      return text.slice(0, i + 1);
    }
    if (character === '"') {
      quoted = true;
      begun = true;
    } else if (character === "{" || character === "[") {
      depth++;
      begun = true;
    } else if (character === "}" || character === "]") {
      depth--;
      if (depth <= 0) return text.slice(0, i + 1);
    } else if (depth === 0 && /[\s,]/.test(character ?? "")) {
      if (begun) return text.slice(0, i);
    } else begun = true;
  }
  return undefined;
}
