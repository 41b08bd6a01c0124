// Schemas of the small values that messages share.

import Type from "typebox";
import { ID_PATTERN } from "../record/names.ts";

/** A name of an app, a collection, a record or a client. */
export const IdSchema = Type.String({
  pattern: ID_PATTERN,
  description: "1–128 characters of A-Z a-z 0-9 _ . : -",
});
/** A time of a hybrid clock. */
export const TimeSchema = Type.String({
  minLength: 31,
  maxLength: 158,
  description: "A reading of a hybrid logical clock: 2026-11-20T10:05:00.000Z-0003-k9x2",
});
/** A cursor. */
export const CursorSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  description: "Opaque: how far a client has read.",
});
/** The collections that a request is about. */
export const CollectionsSchema = Type.Array(IdSchema, {
  minItems: 1,
  maxItems: 256,
  description: "Only these collections. A cursor holds for the collections it was made with.",
});
/** A record's fields. */
export const FieldsSchema = Type.Unsafe<{
  readonly [name: string]: import("../record/json.ts").Json;
}>(
  Type.Object(
    {},
    { additionalProperties: true, description: "A record's fields: any JSON values by name." },
  ),
);
