// Messages: a change, a mutation, and what became of a mutation.

import Type, { type Static } from "typebox";
import { ErrorBodySchema } from "./error.ts";
import { CursorSchema, FieldsSchema, IdSchema, TimeSchema } from "./names.ts";
import { WireRecordSchema } from "./record.ts";

/** A change as it is sent. */
export const ChangeSchema = Type.Object(
  {
    collection: IdSchema,
    id: IdSchema,
    op: Type.Union([
      Type.Literal("put"),
      Type.Literal("patch"),
      Type.Literal("delete"),
      Type.Literal("restore"),
    ]),
    time: TimeSchema,
    fields: Type.Optional(FieldsSchema),
    times: Type.Optional(Type.Record(Type.String(), TimeSchema)),
    baseVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);

/** A mutation as it is sent. */
export const MutationSchema = Type.Object(
  {
    id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    seen: Type.Union([CursorSchema, Type.Null()]),
    changes: Type.Array(ChangeSchema, { minItems: 1 }),
    recovered: Type.Optional(
      Type.Literal(true, {
        description:
          "It gives back what the server lost with a restore: its times count as they were stored.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** What of a mutation lost, and to what. */
export const SupersededSchema = Type.Object(
  {
    collection: IdSchema,
    id: IdSchema,
    by: TimeSchema,
    deleted: Type.Optional(Type.Literal(true)),
    fields: Type.Optional(Type.Record(Type.String(), TimeSchema)),
  },
  {
    description:
      "A record of which something lost: to its deletion, or the fields that are named to writes of other times. `by` is the latest of them.",
  },
);
/** A record of which something that a mutation wrote lost to others. */
export type Superseded = Static<typeof SupersededSchema>;

const AppliedSchema = Type.Object({
  id: Type.Integer(),
  status: Type.Literal("applied"),
  superseded: Type.Optional(Type.Array(SupersededSchema)),
});

const ConflictSchema = Type.Object({
  id: Type.Integer(),
  status: Type.Literal("conflict"),
  conflicts: Type.Array(
    Type.Object({
      collection: IdSchema,
      id: IdSchema,
      current: Type.Union([WireRecordSchema, Type.Null()]),
    }),
  ),
});

const RejectedSchema = Type.Object({
  id: Type.Integer(),
  status: Type.Literal("rejected"),
  error: ErrorBodySchema,
});

const DuplicateSchema = Type.Object({
  id: Type.Integer(),
  status: Type.Literal("duplicate"),
  result: Type.Union([AppliedSchema, ConflictSchema, RejectedSchema], {
    description: "What became of it when it was committed.",
  }),
});

/** What became of a mutation. */
export const MutationResultSchema = Type.Union([
  AppliedSchema,
  DuplicateSchema,
  ConflictSchema,
  RejectedSchema,
]);

export type MutationResult = Static<typeof MutationResultSchema>;
/** A result as it was first given; repetitions come as `duplicate` around it. */
export type FirstResult = Exclude<MutationResult, { status: "duplicate" }>;
