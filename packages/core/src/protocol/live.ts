// Messages: what a client and a server say to each other on a socket.

import Type, { type Static } from "typebox";
import { CollectionsSchema, CursorSchema, FieldsSchema, IdSchema } from "./names.ts";
import { SyncRequestSchema } from "./sync.ts";

/** The subprotocol that both sides name. */
export const LIVE_SUBPROTOCOL = "syncline.v1";

/** Why a socket was closed; the standard codes aside. */
export const LIVE_CLOSE = {
  /** A message that cannot be understood. */
  invalid: 4400,
  /** No token in time, a bad one, or one that has expired. */
  unauthenticated: 4401,
  /** Too many sockets or messages. */
  rateLimited: 4429,
  /** The server restarts: connect again, to whichever answers. */
  restart: 1012,
} as const;

const SpaceSchema = Type.String({
  maxLength: 257,
  description: "app/name, for example todo/team-42 or todo/~",
});
const RefSchema = Type.Integer({ minimum: 0, description: "Comes back with the answer." });

const AuthSchema = Type.Object(
  { type: Type.Literal("auth"), token: Type.String({ maxLength: 8_192 }) },
  { additionalProperties: false },
);
const SubscribeSchema = Type.Object(
  {
    type: Type.Literal("subscribe"),
    space: SpaceSchema,
    cursor: Type.Union([CursorSchema, Type.Null()]),
    collections: Type.Optional(CollectionsSchema),
    clientId: Type.Optional(IdSchema),
  },
  { additionalProperties: false },
);
const UnsubscribeSchema = Type.Object(
  { type: Type.Literal("unsubscribe"), space: SpaceSchema },
  { additionalProperties: false },
);
const PushSchema = Type.Object(
  {
    ...SyncRequestSchema.properties,
    type: Type.Literal("push"),
    ref: RefSchema,
    space: SpaceSchema,
  },
  { additionalProperties: false },
);
const PresenceSchema = Type.Object(
  {
    type: Type.Literal("presence"),
    space: SpaceSchema,
    state: Type.Union([FieldsSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
const PingSchema = Type.Object({ type: Type.Literal("ping") }, { additionalProperties: false });

const SpacesSchema = Type.Object(
  { type: Type.Literal("spaces"), app: IdSchema },
  {
    additionalProperties: false,
    description:
      "Asks for the list of one's spaces and its changes. Only for servers that say `lists` when they are ready.",
  },
);

/** What a client says, by its `type`. */
export const LIVE_REQUEST_SCHEMAS = {
  auth: AuthSchema,
  subscribe: SubscribeSchema,
  unsubscribe: UnsubscribeSchema,
  push: PushSchema,
  presence: PresenceSchema,
  ping: PingSchema,
  spaces: SpacesSchema,
} as const;

export type LiveRequest =
  | Static<typeof AuthSchema>
  | Static<typeof SubscribeSchema>
  | Static<typeof UnsubscribeSchema>
  | Static<typeof PushSchema>
  | Static<typeof PresenceSchema>
  | Static<typeof PingSchema>
  | Static<typeof SpacesSchema>;
