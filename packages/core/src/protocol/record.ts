// Messages: a record in a delta, and a record that the reader must drop.

import Type from "typebox";
import { FieldsSchema, IdSchema, TimeSchema } from "./names.ts";

/** A record of a delta. */
export const WireRecordSchema = Type.Object(
  {
    collection: IdSchema,
    id: IdSchema,
    version: Type.Integer({ minimum: 1 }),
    stamp: Type.Integer({ minimum: 1 }),
    fields: Type.Optional(FieldsSchema),
    time: TimeSchema,
    times: Type.Optional(Type.Record(Type.String(), TimeSchema)),
    mark: Type.Optional(TimeSchema),
    deleted: Type.Optional(Type.Literal(true)),
  },
  { description: "A record's latest state; a deleted one has no fields." },
);

/** A record that the reader has to drop. */
export const GoneRecordSchema = Type.Object(
  {
    collection: IdSchema,
    id: IdSchema,
    gone: Type.Union([Type.Literal("revoked"), Type.Literal("expired"), Type.Literal("erased")]),
  },
  { description: "A record that the reader may no longer see." },
);

/** A record of a delta, or one to drop. */
export const WireChangeSchema = Type.Union([WireRecordSchema, GoneRecordSchema]);
