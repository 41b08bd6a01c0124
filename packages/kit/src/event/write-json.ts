// Writes JSON as the wire has it: keys in the order of their bytes, no spaces, and <, > and & as escapes.
// What is no JSON is refused by name. One text for one value, so that texts can be compared.

import { isWellFormed, SynclineError } from "@syncline/core";
import { compareBytes } from "./compare-bytes.ts";
import { ExactNumber } from "./exact-number.ts";

/** How deep an event's data may be nested. */
export const MAX_DEPTH = 128;

/** Printable ASCII without quotes, backslashes and what the wire escapes: most texts. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
const TO_ESCAPE = /[<>&\u2028\u2029]/g;

/**
 * @param path where the value stands, for errors
 * @throws {SynclineError} `invalid` with the path of what is no JSON; `too_large` for what is nested too deep
 */
export function writeJson(value: unknown, path: string): string {
  return write(value, path, MAX_DEPTH);
}

/** A text as JSON, with the wire's escapes. */
export function writeText(text: string, path: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!isWellFormed(text)) throw refuse(path, "This text is not valid Unicode.");
  const quoted = JSON.stringify(text);
  return TO_ESCAPE.test(quoted) ? quoted.replace(TO_ESCAPE, escaped) : quoted;
}

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case "string":
      return writeText(value, path);
    case "number":
      if (!Number.isFinite(value)) throw refuse(path, `${value} is not JSON.`);
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : writeObject(value, path, depth);
    case "bigint":
      throw refuse(path, "A bigint is not JSON: write an ExactNumber, or a text.");
    default:
      throw refuse(path, `A value of type ${typeof value} is not JSON.`);
  }
}

function writeObject(value: object, path: string, depth: number): string {
  // Cycles end here as well.
  if (depth === 0) {
    throw new SynclineError("too_large", `Data is nested deeper than ${MAX_DEPTH} levels.`, {
      path: path.split(".", 4).join("."),
    });
  }
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++)
      text += `${i === 0 ? "" : ","}${write(value[i], `${path}.${i}`, depth - 1)}`;
    return `${text}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refuse(path, "Only plain objects, lists and simple values are JSON.");
  }
  const names = Object.keys(value);
  if (names.length > 1) names.sort(compareBytes);
  let text = "{";
  for (const name of names) {
    const member: unknown = Reflect.get(value, name);
    // As JSON.stringify does: a member that is not there.
    if (member === undefined) continue;
    const place = `${path}.${name}`;
    text += `${text === "{" ? "" : ","}${writeText(name, place)}:${write(member, place, depth - 1)}`;
  }
  return `${text}}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function refuse(path: string, message: string): SynclineError {
  return new SynclineError("invalid", message, { path });
}
