// The public keys of this server's own tokens, for whoever checks them: /.well-known/jwks.json.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { JWK } from "jose";
import Type from "typebox";

export interface KeyRouteOptions {
  readonly keys: readonly JWK[];
}

/** As long as a server of ours goes without asking again. */
const CACHE = "public, max-age=300";

export const keyRoutes: FastifyPluginAsyncTypebox<KeyRouteOptions> = async (app, { keys }) => {
  app.get(
    "/.well-known/jwks.json",
    {
      schema: {
        operationId: "publishedKeys",
        summary: "The public keys of tokens that are signed here (RFC 7517)",
        tags: ["operation"],
        response: {
          200: Type.Object({ keys: Type.Array(Type.Object({}, { additionalProperties: true })) }),
        },
      },
    },
    async (_request, reply) => {
      reply.header("cache-control", CACHE);
      return { keys: [...keys] };
    },
  );
};
