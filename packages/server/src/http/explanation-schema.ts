// Message: why a record is here, not here, or as it is.

import { FieldsSchema, IdSchema, TimeSchema } from "@syncline/core/protocol";
import Type from "typebox";

const RecordSchema = Type.Object(
  {
    collection: IdSchema,
    id: IdSchema,
    version: Type.Integer(),
    stamp: Type.Integer(),
    createdStamp: Type.Integer(),
    deleted: Type.Boolean(),
    fields: FieldsSchema,
    registers: Type.Object({}, { additionalProperties: true }),
  },
  { description: "The record as the server keeps it, with who wrote what when." },
);

const HistoryEntrySchema = Type.Object({
  collection: IdSchema,
  id: IdSchema,
  stamp: Type.Integer(),
  op: Type.String(),
  version: Type.Integer(),
  fields: Type.Optional(FieldsSchema),
  time: TimeSchema,
  times: Type.Optional(Type.Record(Type.String(), TimeSchema)),
  userId: Type.String(),
  clientId: Type.String(),
  mutationId: Type.Integer(),
});

export const ExplanationSchema = Type.Unsafe<string>(
  Type.Object({
    space: Type.String(),
    key: Type.Object({ collection: IdSchema, id: IdSchema }),
    policy: Type.String(),
    record: Type.Union([RecordSchema, Type.Null()]),
    history: Type.Array(HistoryEntrySchema, { description: "Its last changes, the latest last." }),
    because: Type.String({ description: "One sentence: why it is here, or not." }),
  }),
);
