// The routes of a space: push and pull, deltas, streams, explanations.

import { Readable } from "node:stream";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { isId, type Limits, SynclineError } from "@syncline/core";
import {
  CursorSchema,
  DeltaSchema,
  ErrorResponseSchema,
  IdSchema,
  SyncRequestSchema,
  SyncResponseSchema,
} from "@syncline/core/protocol";
import Type from "typebox";
import type { DeltaParts, Engine } from "../engine/contract.ts";
import { principalOf } from "./principal-of.ts";

export interface SpaceRouteOptions {
  readonly engine: Engine;
  readonly limits: Limits;
}

export const SpaceParams = Type.Object({
  app: Type.String({ description: "The app" }),
  space: Type.String({ description: "The space's name in the app; `~` is the caller's own" }),
});

const ERRORS = {
  "4xx": ErrorResponseSchema,
  "5xx": ErrorResponseSchema,
};

const NDJSON = "application/x-ndjson";

export const spaceRoutes: FastifyPluginAsyncTypebox<SpaceRouteOptions> = async (
  app,
  { engine },
) => {
  app.post(
    "/v1/:app/:space/sync",
    {
      schema: {
        summary: "Push mutations and pull what changed, in one round trip",
        tags: ["sync"],
        params: SpaceParams,
        body: SyncRequestSchema,
        // What is sent is text that has this shape already.
        response: { 200: Type.Unsafe<string>(SyncResponseSchema), ...ERRORS },
      },
    },
    async (request, reply) => {
      const address = { app: request.params.app, name: request.params.space };
      const { results, stopped, delta } = await engine.sync(
        principalOf(request),
        address,
        request.body,
      );
      const head = { results, ...(stopped === undefined ? {} : { stopped }) };
      return reply
        .type("application/json; charset=utf-8")
        .serializer(String)
        .send(`${JSON.stringify(head).slice(0, -1)},${deltaText(delta)}}`);
    },
  );

  app.get(
    "/v1/:app/:space/changes",
    {
      schema: {
        summary:
          "What changed after a cursor: a page, or with Accept: application/x-ndjson all of it",
        tags: ["sync"],
        params: SpaceParams,
        querystring: Type.Object(
          {
            cursor: Type.Optional(CursorSchema),
            limit: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,4}$" })),
            collections: Type.Optional(Type.String({ description: "Names, separated by commas" })),
            clientId: Type.Optional(IdSchema),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Unsafe<string | Readable>(DeltaSchema), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { cursor, limit, collections, clientId } = request.query;
      const address = { app: request.params.app, name: request.params.space };
      const pull = {
        cursor: cursor ?? null,
        ...(limit === undefined ? {} : { limit: Number(limit) }),
        ...(collections === undefined ? {} : { collections: namesOf(collections) }),
        ...(clientId === undefined ? {} : { clientId }),
      };
      if (!(request.headers.accept ?? "").includes(NDJSON)) {
        const delta = await engine.pull(principalOf(request), address, pull);
        return reply
          .type("application/json; charset=utf-8")
          .serializer(String)
          .send(`{${deltaText(delta)}}`);
      }
      const gone = new AbortController();
      request.raw.once("close", () => gone.abort());
      const lines = engine
        .stream(principalOf(request), address, pull, gone.signal)
        [Symbol.asyncIterator]();
      // The first line is awaited, so that what is wrong with the request is still an error with its status.
      const first = await lines.next();
      return reply.type(NDJSON).send(Readable.from(continued(first, lines), { objectMode: false }));
    },
  );

  app.get(
    "/v1/:app/:space/records/:collection/:id/explain",
    {
      schema: {
        summary: "Why a record is here, not here, or as it is",
        tags: ["sync"],
        params: Type.Object({ ...SpaceParams.properties, collection: IdSchema, id: IdSchema }),
      },
    },
    async (request) => {
      const { app: name, space, collection, id } = request.params;
      return await engine.explain(
        principalOf(request),
        { app: name, name: space },
        { collection, id },
      );
    },
  );
};

/** The members of a delta as JSON text; `changes` is text already. */
function deltaText({ changes, cursor, more, lastMutation, digest, now }: DeltaParts): string {
  const rest = JSON.stringify({ cursor, more, lastMutation, digest, now });
  return `"changes":[${changes}],${rest.slice(1, -1)}`;
}

function namesOf(text: string): string[] {
  const names = text.split(",");

  if (names.length > 256 || !names.every(isId)) {
    throw new SynclineError("invalid", "These are no names of collections.", {
      path: "collections",
    });
  }
  return names;
}

async function* continued(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
