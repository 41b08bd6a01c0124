// Messages: push and pull in one round trip.

import Type, { type Static } from "typebox";
import { MutationResultSchema, MutationSchema } from "./mutation.ts";
import { CollectionsSchema, CursorSchema, IdSchema, TimeSchema } from "./names.ts";
import { WireChangeSchema } from "./record.ts";

/** The body of `POST …/sync`. */
export const SyncRequestSchema = Type.Object(
  {
    clientId: IdSchema,
    schema: Type.Optional(
      Type.Integer({ minimum: 0, description: "The version of the app's schema on the device." }),
    ),
    policies: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          "How the device merges each collection, so that a disagreement is found before it does harm.",
      }),
    ),
    now: TimeSchema,
    cursor: Type.Union([CursorSchema, Type.Null()]),
    mutations: Type.Array(MutationSchema),
    pull: Type.Optional(
      Type.Object(
        {
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
          collections: Type.Optional(CollectionsSchema),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type SyncRequest = Static<typeof SyncRequestSchema>;

const deltaProperties = {
  changes: Type.Array(WireChangeSchema),
  cursor: CursorSchema,
  more: Type.Boolean({ description: "True: there is more; ask again with the new cursor." }),
  lastMutation: Type.Integer({
    minimum: 0,
    description: "The client's last committed mutation, as of this page.",
  }),
  digest: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "On the last page: the digest of each collection read.",
    }),
  ),
  now: TimeSchema,
};

/** What came after a cursor. */
export const DeltaSchema = Type.Object(deltaProperties);
export type Delta = Static<typeof DeltaSchema>;

/** The answer to `POST …/sync`. */
export const SyncResponseSchema = Type.Object({
  results: Type.Array(MutationResultSchema),
  stopped: Type.Optional(
    Type.Object(
      {
        code: Type.String(),
        message: Type.String(),
        retryAfter: Type.Optional(Type.Number()),
      },
      { description: "Why the mutations without a result were not tried: send them again later." },
    ),
  ),
  ...deltaProperties,
});
export type SyncResponse = Static<typeof SyncResponseSchema>;
