// Message: an error.

import Type, { type Static } from "typebox";
import { ERROR_CATALOGUE, type ErrorCode } from "../errors/catalogue.ts";

const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** An error as it is sent. */
export const ErrorBodySchema = Type.Object({
  code: Type.Unsafe<ErrorCode>(Type.String({ enum: codes })),
  message: Type.String(),
  path: Type.Optional(Type.String()),
  retryAfter: Type.Optional(Type.Number({ description: "Seconds to wait." })),
  restored: Type.Optional(
    Type.Object(
      {
        upTo: Type.Integer({ description: "The last stamp that the server still has." }),
        devices: Type.Union([Type.Literal("offer"), Type.Literal("discard")]),
      },
      {
        description:
          "With `reset`, after a restore: whether to give back what was read above that stamp.",
      },
    ),
  ),
});

/** The body of an answer that is an error. */
export const ErrorResponseSchema = Type.Object({ error: ErrorBodySchema });
export type ErrorResponse = Static<typeof ErrorResponseSchema>;
