// The routes of a space: push and pull, deltas, explanations.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { isId, SynclineError } from "@syncline/core";
import {
  CursorSchema,
  DeltaSchema,
  ErrorResponseSchema,
  IdSchema,
  SyncRequestSchema,
  SyncResponseSchema,
} from "@syncline/core/protocol";
import type { FastifyReply } from "fastify";
import Type from "typebox";
import type { Engine } from "../engine/contract.ts";
import { deltaText } from "../engine/delta-text.ts";
import { SYNC_REQUEST_EXAMPLE, SYNC_RESPONSE_EXAMPLE } from "./examples.ts";
import { ExplanationSchema } from "./explanation-schema.ts";
import { inTime } from "./in-time.ts";
import type { HttpLimits } from "./limits.ts";
import { principalOf } from "./principal-of.ts";
import { createSlots } from "./slots.ts";
import { NDJSON, sendLines } from "./stream-lines.ts";

export interface SpaceRouteOptions {
  readonly engine: Engine;
  readonly limits: HttpLimits;
}

export const SpaceParams = Type.Object({
  app: Type.String({ description: "The app" }),
  space: Type.String({ description: "The space's name in the app; `~` is the caller's own" }),
});

export const ERRORS = { "4xx": ErrorResponseSchema, "5xx": ErrorResponseSchema };

/** Names of collections, each an id; an id has 128 characters at most. */
const MAX_COLLECTIONS = 256;

export const spaceRoutes: FastifyPluginAsyncTypebox<SpaceRouteOptions> = async (
  app,
  { engine, limits },
) => {
  const slots = createSlots({ all: limits.streams, ofUser: limits.streamsOfUser });

  app.post(
    "/:app/:space/sync",
    {
      schema: {
        operationId: "sync",
        summary: "Push mutations and pull what changed, in one round trip",
        tags: ["sync"],
        params: SpaceParams,
        body: { ...SyncRequestSchema, examples: [SYNC_REQUEST_EXAMPLE] },
        // What is sent is text that has this shape already.
        response: {
          200: Type.Unsafe<string>({ ...SyncResponseSchema, examples: [SYNC_RESPONSE_EXAMPLE] }),
          ...ERRORS,
        },
      },
    },
    async (request, reply) => {
      const address = { app: request.params.app, name: request.params.space };
      const work = engine.sync(principalOf(request), address, request.body);
      const { results, stopped, delta } = await inTime(limits.requestMs, work);
      const head = JSON.stringify({ results, ...(stopped === undefined ? {} : { stopped }) });
      return sendText(reply, `${head.slice(0, -1)},${deltaText(delta)}}`);
    },
  );

  app.get(
    "/:app/:space/changes",
    {
      schema: {
        operationId: "changes",
        summary: `What changed after a cursor: a page, or with Accept: ${NDJSON} all of it`,
        tags: ["sync"],
        params: SpaceParams,
        querystring: Type.Object(
          {
            cursor: Type.Optional(CursorSchema),
            limit: Type.Optional(
              Type.String({ pattern: "^[1-9][0-9]{0,4}$", description: "Records in a page" }),
            ),
            collections: Type.Optional(
              Type.String({ description: "Names, separated by commas; all where left out" }),
            ),
            clientId: Type.Optional(IdSchema),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Unsafe<string>(DeltaSchema), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { cursor, limit, collections, clientId } = request.query;
      const principal = principalOf(request);
      const address = { app: request.params.app, name: request.params.space };
      const pull = {
        cursor: cursor ?? null,
        ...(limit === undefined ? {} : { limit: Number(limit) }),
        ...(collections === undefined ? {} : { collections: namesOf(collections) }),
        ...(clientId === undefined ? {} : { clientId }),
      };
      if (!(request.headers.accept ?? "").includes(NDJSON)) {
        const delta = await inTime(limits.requestMs, engine.pull(principal, address, pull));
        return sendText(reply, `{${deltaText(delta)}}`);
      }
      return await sendLines(reply, principal, {
        slots,
        firstMs: limits.requestMs,
        open: (signal) => engine.stream(principal, address, pull, signal),
      });
    },
  );

  app.get(
    "/:app/:space/records/:collection/:id/explain",
    {
      schema: {
        operationId: "explain",
        summary: "Why a record is here, not here, or as it is",
        tags: ["sync"],
        params: Type.Object({ ...SpaceParams.properties, collection: IdSchema, id: IdSchema }),
        response: { 200: ExplanationSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { app: name, space, collection, id } = request.params;
      const key = { collection, id };
      const work = engine.explain(principalOf(request), { app: name, name: space }, key);
      const explanation = await inTime(limits.requestMs, work);
      return sendText(reply, JSON.stringify(explanation));
    },
  );
};

/** Sends JSON text as it is. */
function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").serializer(String).send(text);
}

export function namesOf(text: string): string[] {
  const names = text.split(",");
  if (names.length > MAX_COLLECTIONS || !names.every(isId)) {
    throw new SynclineError("invalid", "These are no names of collections.", {
      path: "collections",
    });
  }
  return names;
}
