// The route of a space's event stream.

import { SynclineError } from "@syncline/core";
import { CursorSchema, IdSchema } from "@syncline/core/protocol";
import Type from "typebox";
import { ERRORS, namesOf, SpaceParams } from "../http/space-routes.ts";
import { defineRoute } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import { type EventStreamOptions, eventStream } from "./event-stream.ts";

export function liveRoute(options: EventStreamOptions): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/:app/:space/live",
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
        200: Type.String({ description: "`event: changes`, `id:` the cursor, `data:` a delta" }),
        ...ERRORS,
      },
    },
    handle({ params: { app, space }, query, principal, header }) {
      const { collections, clientId } = query;
      const last = header("last-event-id");
      if (last !== undefined && last.length > 128)
        throw new SynclineError("invalid", "This is no cursor.", { path: "last-event-id" });
      const request = {
        name: `${app}/${space}`,
        address: { app, name: space },
        cursor: last ?? query.cursor ?? null,
        ...(collections === undefined ? {} : { collections: namesOf(collections) }),
        ...(clientId === undefined ? {} : { clientId }),
      };
      return {
        headers: { "x-accel-buffering": "no" }, // proxies that keep answers back until they are whole
        type: "text/event-stream; charset=utf-8",
        stream: eventStream(options, principal, request),
      };
    },
  });
}
