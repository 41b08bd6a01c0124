// The routes of a space: push and pull, deltas, explanations.

import { isId, SynclineError } from "@syncline/core";
import {
  CursorSchema,
  DeltaSchema,
  ErrorResponseSchema,
  IdSchema,
  SyncRequestSchema,
  SyncResponseSchema,
} from "@syncline/core/protocol";
import Type from "typebox";
import type { Engine } from "../engine/contract.ts";
import { deltaText } from "../engine/delta-text.ts";
import { defineRoute } from "../protocol/define-route.ts";
import { inTime } from "../protocol/in-time.ts";
import type { Answer, Places, Route } from "../protocol/port.ts";
import { SYNC_REQUEST_EXAMPLE, SYNC_RESPONSE_EXAMPLE } from "./examples.ts";
import { ExplanationSchema } from "./explanation-schema.ts";

export interface SpaceRouteOptions {
  readonly engine: Engine;
  /** How long an answer may take. */
  readonly requestMs: number;
  /** Where NDJSON streams have their places. */
  readonly places: Places;
}

const NDJSON = "application/x-ndjson";

export const SpaceParams = Type.Object({
  app: Type.String({ description: "The app" }),
  space: Type.String({ description: "The space's name in the app; `~` is the caller's own" }),
});

export const ERRORS = { "4xx": ErrorResponseSchema, "5xx": ErrorResponseSchema };

/** Names of collections, each an id; an id has 128 characters at most. */
const MAX_COLLECTIONS = 256;

export function spaceRoutes({ engine, requestMs, places }: SpaceRouteOptions): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/:app/:space/sync",
      schema: {
        operationId: "sync",
        summary: "Push mutations and pull what changed, in one round trip",
        tags: ["sync"],
        params: SpaceParams,
        body: { ...SyncRequestSchema, examples: [SYNC_REQUEST_EXAMPLE] },
        response: {
          200: { ...SyncResponseSchema, examples: [SYNC_RESPONSE_EXAMPLE] },
          ...ERRORS,
        },
      },
      units: unitsOf,
      async handle({ params, body, principal }) {
        const address = { app: params.app, name: params.space };
        const work = engine.sync(principal, address, body);
        const { results, stopped, delta } = await inTime(requestMs, work);
        const head = JSON.stringify({ results, ...(stopped === undefined ? {} : { stopped }) });
        return { body: `${head.slice(0, -1)},${deltaText(delta)}}` };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/:app/:space/changes",
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
        response: { 200: DeltaSchema, ...ERRORS },
      },
      async handle({ params, query, principal, header }) {
        const { cursor, limit, collections, clientId } = query;
        const address = { app: params.app, name: params.space };
        const pull = {
          cursor: cursor ?? null,
          ...(limit === undefined ? {} : { limit: Number(limit) }),
          ...(collections === undefined ? {} : { collections: namesOf(collections) }),
          ...(clientId === undefined ? {} : { clientId }),
        };
        if (header("accept")?.includes(NDJSON) === true)
          return linesAnswer(places, requestMs, (signal) =>
            engine.stream(principal, address, pull, signal),
          );
        const delta = await inTime(requestMs, engine.pull(principal, address, pull));
        return { body: `{${deltaText(delta)}}` };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/:app/:space/records/:collection/:id/explain",
      schema: {
        operationId: "explain",
        summary: "Why a record is here, not here, or as it is",
        tags: ["sync"],
        params: Type.Object({ ...SpaceParams.properties, collection: IdSchema, id: IdSchema }),
        response: { 200: ExplanationSchema, ...ERRORS },
      },
      async handle({ params: { app, space, collection, id }, principal }) {
        const work = engine.explain(principal, { app, name: space }, { collection, id });
        return { body: JSON.stringify(await inTime(requestMs, work)) };
      },
    }),
  ];
}

/**
 * Lines until they end, the reader goes away, or its token expires. A stream that is cut has no last line: its reader
 * knows, and resumes from the last one it has.
 */
function linesAnswer(
  places: Places,
  firstMs: number,
  open: (signal: AbortSignal) => AsyncIterable<string>,
): Answer {
  return {
    type: NDJSON,
    stream: {
      places,
      firstMs,
      async write(sink) {
        for await (const piece of open(sink.signal))
          if (!sink.send(piece) || !(await sink.room())) return;
      },
    },
  };
}

/** A request is one unit, a push as many as it has mutations. */
function unitsOf(body: unknown): number {
  if (typeof body !== "object" || body === null || !("mutations" in body)) return 1;
  return Array.isArray(body.mutations) ? Math.max(1, body.mutations.length) : 1;
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
