// Keys of indexes: values of fields as one text, whose order by code units is the order of queries.

import type { WireRecord } from "@syncline/core";
import { fieldOf } from "../query/field.ts";

/** Greater than whatever a key goes on with. */
export const KEY_END = "\u0006";

/** The key of values, or the beginning of the keys that begin with them. */
export function indexKey(values: readonly unknown[]): string {
  let key = "";
  for (const value of values) key += valueKey(value);
  return key;
}

/** The key of a record in an index. */
export function recordKey({ id, fields = {} }: WireRecord, names: readonly string[]): string {
  return indexKey(names.map((name) => (name === "id" ? id : fieldOf(fields, name))));
}

/** By kind first. No value's key is the beginning of another's, so that what follows never counts before it. */
function valueKey(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return value ? "\u0002\u0001" : "\u0002\u0000";
    case "number":
      return `\u0003${numberKey(value)}`;
    case "string":
      return `\u0004${value.replaceAll("\u0000", "\u0000\u0001")}\u0000\u0000`;
    default:
      // Lists and objects lie in one place.
      return value === null || value === undefined ? "\u0001" : "\u0005";
  }
}

const view = new DataView(new ArrayBuffer(8));

/** The bits of a number, turned so that they compare as the number does. */
function numberKey(value: number): string {
  view.setFloat64(0, value + 0); // -0 and 0 are one
  const first = view.getUint16(0);
  const [one, rest] = first > 0x7fff ? [first ^ 0xffff, 0xffff] : [first | 0x8000, 0];
  return String.fromCharCode(
    one,
    view.getUint16(2) ^ rest,
    view.getUint16(4) ^ rest,
    view.getUint16(6) ^ rest,
  );
}
