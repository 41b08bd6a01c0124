// The route of a space's event stream.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import { CursorSchema, IdSchema } from "@syncline/core/protocol";
import Type from "typebox";
import { principalOf } from "../http/principal-of.ts";
import { ERRORS, namesOf, SpaceParams } from "../http/space-routes.ts";
import type { EventStreams } from "./event-stream.ts";

export const liveRoutes: FastifyPluginAsyncTypebox<{ readonly streams: EventStreams }> = async (
  app,
  { streams },
) => {
  app.get(
    "/:app/:space/live",
    {
      schema: {
        operationId: "live",
        summary: "Deltas as they are committed, as server-sent events; resumes from Last-Event-ID",
        tags: ["sync"],
        params: SpaceParams,
        querystring: Type.Object(
          {
            cursor: Type.Optional(CursorSchema),
            collections: Type.Optional(
              Type.String({ description: "Names, separated by commas; all where left out" }),
            ),
            clientId: Type.Optional(IdSchema),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Unsafe<unknown>(
            Type.String({ description: "`event: changes`, `id:` the cursor, `data:` a delta" }),
          ),
          ...ERRORS,
        },
      },
    },
    async (request, reply) => {
      const { app: name, space } = request.params;
      const { collections, clientId } = request.query;
      const last = request.headers["last-event-id"];
      if (Array.isArray(last) || (last !== undefined && last.length > 128)) {
        throw new SynclineError("invalid", "This is no cursor.", { path: "last-event-id" });
      }
      return await streams.open(reply, principalOf(request), {
        name: `${name}/${space}`,
        address: { app: name, name: space },
        cursor: last ?? request.query.cursor ?? null,
        ...(collections === undefined ? {} : { collections: namesOf(collections) }),
        ...(clientId === undefined ? {} : { clientId }),
      });
    },
  );
};
